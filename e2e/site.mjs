// A site for journeys: a fresh data folder filled by a small story, served by the real program, with a real browser.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const bin = process.env.HUIYIN_BIN;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
};

export const password = 'a-password-for-tests';

const offices = [
  ['990300', '云岭市', 'city', null],
  ['990321', '清溪县', 'county', '990300'],
  ['990321-xf', '清溪县信访局', 'petition_office', '990321'],
  ['990321-d4', '清溪县人社局', 'department', '990321', ['农民工工资', '劳动社会保障']],
  ['990321-d6', '清溪县生态环境局', 'department', '990321', ['环境保护']],
  ['990321100', '石桥镇', 'township', '990321'],
  ['990321100200', '柳湾村', 'village', '990321100'],
];
const officers = [
  ['clerk', '林小海', '990321-xf', ['registrar']],
  ['chief', '周信', '990321-xf', ['petition_chief']],
  ['officer4', '周明', '990321-d4', ['officer']],
  ['officer6', '吴青', '990321-d6', ['officer']],
  ['reviewer', '郑核', '990321', ['reviewer']],
  ['county4', '何县办', '990321', ['officer']],
  ['magistrate', '陈县长', '990321', ['leader']],
];

/** The story that fills a fresh folder: offices and officers only, entered yesterday. */
function story() {
  const at = new Date(Date.now() - 86_400_000);
  let second = 0;
  const line = (fields) => JSON.stringify({ at: new Date(at.getTime() + 1000 * second++).toISOString(), by: 'admin', ...fields });
  return [
    line({ do: 'story', id: 'journey', title: '浏览器全程' }),
    ...offices.map(([code, name, kind, parent, fields]) => line({ do: 'office', code, name, kind, parent, ...(fields && { fields }) })),
    ...officers.map(([login, name, office, roles]) => line({ do: 'officer', login, name, office, roles })),
  ].join('\n') + '\n';
}

/** Starts the program on a fresh folder, with options of `serve`; `stop` ends it and removes the folder. */
export async function site(options = ['--listen', '127.0.0.1:0', '--password-only']) {
  assert.ok(bin, 'HUIYIN_BIN names the program');
  const folder = mkdtempSync(join(tmpdir(), 'huiyin-journey-'));
  const data = join(folder, 'data');
  writeFileSync(join(folder, 'story.jsonl'), story());
  execFileSync(bin, ['replay', join(folder, 'story.jsonl'), '--data', data], { stdio: 'pipe' });
  for (const [login] of officers) {
    execFileSync(bin, ['user', 'add', login, '--data', data], { input: `${password}\n`, stdio: 'pipe' });
  }
  const server = spawn(bin, ['serve', '--data', data, ...options], { stdio: ['ignore', 'inherit', 'pipe'] });
  const address = await new Promise((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (bytes) => {
      said += bytes;
      const found = said.match(/serving on (http:\/\/\S+)/);
      if (found) resolve(found[1]);
    });
    server.on('exit', (code) => reject(new Error(`the program ended with ${code}: ${said}`)));
  });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
  return {
    address,
    data,
    browser,
    async stop() {
      await browser.close();
      server.removeAllListeners('exit');
      server.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page of its own browser context: its own cookies, as another person at another machine. */
export async function person(here, options = {}) {
  const context = await here.browser.newContext({ baseURL: here.address, viewport: sizes.desktop, locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => assert.fail(`a script failed: ${error}`));
  return page;
}

/** Follows a click that leads to another page. */
export async function go(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

/** Everything answered up to the last page; a report of retaliation where somebody is accused of it. */
export async function answered(page, { accused = '', summary = '镇上工地拖欠工资', text = '三个月工资一万八千元没有发。请求责令发放。' } = {}) {
  await page.goto('/file');
  await page.check('input[name=category][value="农民工工资"]');
  if (accused) {
    await page.click('details:has(input[name=kind]) summary');
    await page.check('input[name=kind][value=retaliation]');
  }
  await go(page, 'button[value=next]');
  await page.check('input[type=radio][value="990321100"]');
  await go(page, 'button[value=next]');
  await page.check('input[type=radio][value="990321100200"]');
  await go(page, 'button[value=next]');
  await page.fill('input[name=summary]', summary);
  await page.fill('textarea[name=text]', text);
  if (accused) {
    await page.click('details:has(input[name=accused]) summary');
    await page.check(`input[name=accused][value="${accused}"]`);
  }
  await go(page, 'button[value=next]');
  await page.check('input[name=who][value=anonymous]');
  await go(page, 'button[value=next]');
  await page.check('input[name=contact][value=by_code]');
  await go(page, 'button[value=next]');
}

/** Reference and code of a page that gives them. */
export async function keysOn(page) {
  const text = await page.innerText('main');
  return {
    reference: text.match(/\d{4}-\d{6}-\d{4}-\d{5}/)[0],
    code: text.match(/\d{5}[\s-]+\d{5}[\s-]+\d{5}[\s-]+\d{5}[\s-]+\d{5}/)[0].replace(/\D+/g, '-'),
  };
}

/** Opens a matter by reference and code. */
export async function track(page, { reference, code }) {
  await page.goto('/track');
  await page.fill('input[name=reference]', reference);
  await page.fill('input[name=code]', code);
  await go(page, 'main button[type=submit]');
}

/** Does an act at the desk: its form is opened, filled and sent. */
export async function act(page, verb, fill) {
  const form = page.locator(`#act-${verb}`);
  if (!(await form.evaluate((element) => element.open))) await form.locator('summary').click();
  if (fill) await fill(form);
  await Promise.all([page.waitForNavigation(), form.locator('button[type=submit]').click()]);
}

/** Opens a matter at the desk. */
export async function openMatter(page, reference) {
  const response = await page.goto(`/desk/matters/${reference}`);
  assert.equal(response.status(), 200);
}

/** What a telephone shows for a secret, so many steps of 30 seconds from now (RFC 6238). */
export function shownCode(secret, steps = 0) {
  const bits = [...secret.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export async function signIn(here, login) {
  const page = await person(here);
  await page.goto('/desk');
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await go(page, 'main button[type=submit]');
  assert.match(page.url(), /\/desk$/);
  return page;
}

/** Axe finds nothing, nothing runs over the edge, at every size; each size is kept as a picture. */
export async function looksRight(page, name) {
  mkdirSync('e2e/shots', { recursive: true });
  const before = page.viewportSize();
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `e2e/shots/${name}-${size}.png`, fullPage: true });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${name} at ${size} runs ${over} px over the edge`);
  }
  await page.setViewportSize(before);
  // Evaluated through the debugger, so the page's own policy against foreign scripts stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`), [], name);
}
