//! Styles and scripts built by npm into `web/dist` and embedded; a small built-in sheet stands in when they were not built.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
#[allow_missing = true]
struct Built;

/// Where the router serves these files.
pub const PREFIX: &str = "/assets/";

/// The mark, for browsers to show beside the title.
pub const MARK: &str = "mark.svg";

const MARK_BYTES: &[u8] = include_bytes!("../templates/mark.svg");
const FALLBACK_NAME: &str = "fallback.css";
const FALLBACK: &[u8] = include_bytes!("../templates/fallback.css");

/// One file as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The `Content-Type`.
    pub mime: String,
    /// True when the name carries a hash of the content, so a browser may keep it for ever.
    pub immutable: bool,
}

/// The file of this name below [`PREFIX`].
pub fn get(name: &str) -> Option<Asset> {
    if name == FALLBACK_NAME {
        return Some(Asset {
            bytes: Cow::Borrowed(FALLBACK),
            mime: "text/css; charset=utf-8".into(),
            immutable: false,
        });
    }
    if name == MARK {
        return Some(Asset { bytes: Cow::Borrowed(MARK_BYTES), mime: "image/svg+xml".into(), immutable: false });
    }
    let file = Built::get(name)?;
    let kind = file.metadata.mimetype();
    let mime = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let immutable = manifest().values().any(|built| built == name);
    Some(Asset { bytes: file.data, mime, immutable })
}

/// Address of the stylesheet: the built one, or the fallback.
pub fn css() -> String {
    let name = manifest().get("app.css").map_or(FALLBACK_NAME, String::as_str);
    format!("{PREFIX}{name}")
}

/// Address of the script that makes pages quicker to use; none when assets were not built, and nothing depends on it.
pub fn script() -> Option<String> {
    manifest().get("app.js").map(|name| format!("{PREFIX}{name}"))
}

/// True when `npm run build` had been run: a release refuses to ship without.
pub fn built() -> bool {
    manifest().contains_key("app.css")
}

/// Logical name to hashed name, as the build wrote it.
fn manifest() -> &'static BTreeMap<String, String> {
    static MANIFEST: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        Built::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_named_in_pages_is_always_served() {
        let href = css();
        let name = href.strip_prefix(PREFIX).unwrap();
        let asset = get(name).unwrap();
        assert!(asset.mime.starts_with("text/css"));
        assert!(!asset.bytes.is_empty());
    }

    #[test]
    fn a_name_nobody_built_is_absent() {
        assert!(get("../Cargo.toml").is_none());
        assert!(get("nothing.js").is_none());
        assert_eq!(get(MARK).unwrap().mime, "image/svg+xml");
    }
}
