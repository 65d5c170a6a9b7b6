// Builds web/dist: Tabler trimmed to the classes our pages use, our theme, one script; names carry a hash of the content.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const pages = join(here, "..", "crates", "web");

async function bundle(entry) {
  const result = await esbuild.build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    target: ["chrome105", "firefox121", "safari15.4"],
    legalComments: "eof",
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

async function trim(css) {
  const [purged] = await new PurgeCSS().purge({
    content: [join(pages, "templates/**/*.html"), join(pages, "src/view/**/*.rs"), join(here, "src/*.ts")],
    css: [{ raw: css }],

    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    fontFace: true,
    keyframes: true,
  });
  return (await esbuild.transform(purged.css, { loader: "css", minify: true, legalComments: "inline" })).code;
}

function hashed(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return name.replace(/(\.\w+)$/, `-${hash}$1`);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const files = { "app.css": await trim(await bundle("app.css")), "app.js": await bundle("app.ts") };
const manifest = {};
for (const [name, text] of Object.entries(files)) {
  manifest[name] = hashed(name, text);
  await writeFile(join(dist, manifest[name]), text);
  console.log(`${manifest[name]}  ${(Buffer.byteLength(text) / 1024).toFixed(1)} kB`);
}
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
