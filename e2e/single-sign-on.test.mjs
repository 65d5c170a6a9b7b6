// Single sign-on against a real OpenID Connect server: linked by the officer, then instead of the password, and never more.
import test from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { go, looksRight, password, person, shownCode, site } from './site.mjs';
import { signOnServer } from './sign-on-server.mjs';

const name = '政务统一身份认证';
const secret = 'a-secret-for-tests';

/** A port nobody listens on: the sign-on server must know where browsers are sent back before we are there. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Says at the sign-on server who one is, proven by these methods, and follows to where that leads. */
async function prove(page, account, methods, until) {
  await page.fill('input[name=account]', account);
  await page.fill('input[name=methods]', methods);
  await page.click('button[value=enter]');
  await page.waitForURL(until);
}

async function signOut(page) {
  await go(page, '.desk-user button');
  assert.match(page.url(), /\/desk\/sign-in/);
}

const byServer = 'main a[href^="/desk/sign-on"]';
const back = '**/desk/sign-on/back?*';

test('single sign-on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'huiyin-sign-on-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const server = await signOnServer({ client: 'huiyin', secret, back: `${address}/desk/sign-on/back` });
  writeFileSync(join(folder, 'secret'), `${secret}\n`, { mode: 0o600 });
  const here = await site([
    '--listen', `127.0.0.1:${port}`, '--address', address, '--oidc-issuer', server.issuer, '--oidc-client-id', 'huiyin',
    '--oidc-client-secret-file', join(folder, 'secret'), '--oidc-name', name,
  ]);
  t.after(async () => {
    await here.stop();
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const page = await person(here);
  let telephone = '';

  await t.test('an account nobody has linked opens nothing, and its holder is told what to do', async () => {
    await page.goto('/desk');
    await looksRight(page, 'sign-in-single');
    await go(page, byServer);
    await prove(page, 'u-1', 'pwd otp', back);
    assert.match(await page.innerText('main'), /这个账号还没有关联[\s\S]*先用这里的账号、密码和动态口令登录/);
    await looksRight(page, 'not-linked');
    await page.goto('/desk');
    assert.match(page.url(), /\/desk\/sign-in/);
  });

  await t.test('an officer with password and code links it, and nobody without', async () => {
    await page.fill('input[name=login]', 'officer6');
    await page.fill('input[name=password]', password);
    await go(page, 'main button[type=submit]');
    assert.match(page.url(), /\/desk\/account\/codes$/, 'codes come first');
    telephone = await page.inputValue('input[name=secret]');
    await page.goto('/desk/account');
    await page.fill('input[name=current]', password);
    await go(page, 'form[action="/desk/account/link"] button');
    assert.match(page.url(), /\/desk\/account\/codes$/, 'nothing is linked before codes are set up');
    telephone = await page.inputValue('input[name=secret]');
    await page.fill('input[name=code]', shownCode(telephone));
    await go(page, 'main form button[type=submit]');
    await go(page, '.desk-user a');
    await looksRight(page, 'account-not-linked');
    await page.fill('input[name=current]', 'not-the-password');
    await go(page, 'form[action="/desk/account/link"] button');
    assert.match(await page.innerText('main'), /密码不对/);
    await page.fill('input[name=current]', password);
    await page.click('form[action="/desk/account/link"] button');
    await page.waitForURL(`${server.issuer}/**`);
    await prove(page, 'u-1', 'pwd', back);
    assert.match(await page.innerText('main'), /已经关联/);
    await go(page, 'main a.btn');
    assert.match(await page.innerText('main'), /起已关联/);
    await looksRight(page, 'account-linked');
    await signOut(page);
  });

  await t.test('where the server proved one factor, a one-time code is asked for', async () => {
    await page.goto('/desk/sessions');
    await go(page, byServer);
    await prove(page, 'u-1', 'pwd', back);
    assert.match(await page.innerText('main'), /还差动态口令/);
    await looksRight(page, 'code-due');
    await page.fill('input[name=code]', '12');
    await go(page, 'main button[type=submit]');
    assert.match(await page.innerText('main'), /动态口令不对/);
    // The next step's code: the one that was shown at the setting up was used by it.
    await page.fill('input[name=code]', shownCode(telephone, 1));
    await go(page, 'main button[type=submit]');
    assert.match(page.url(), /\/desk\/sessions$/, 'back where they wanted to go');
    await signOut(page);
  });

  await t.test('where it proved two, none is; who left the machine is asked again', async () => {
    const before = server.asked;
    await page.goto('/desk/sign-on?to=https://evil.example/');
    await prove(page, 'u-1', 'pwd otp', '**/desk');
    assert.equal(server.asked, before + 1, 'their session at the server does not open the desk');
    await go(page, '.desk-user a');
    assert.match(await page.innerText('main'), new RegExp(`Chrome，Linux（${name}）`));
    await signOut(page);
  });

  await t.test('what another browser was sent for is refused, and so is what nobody asked', async () => {
    await page.goto('/desk/sign-on');
    await page.context().clearCookies({ name: 'sign-on' });
    await prove(page, 'u-1', 'pwd otp', back);
    assert.match(await page.innerText('main'), /没有登录成功/);
    // Nobody redeemed its code: it is as good as new.
    const stolen = page.url();
    const other = await person(here);
    for (const address of [stolen, '/desk/sign-on/back?code=x&state=y']) {
      assert.equal((await other.goto(address)).status(), 400);
      assert.match(await other.innerText('main'), /没有登录成功/);
    }
    await other.goto('/desk/sign-on');
    assert.equal((await other.goto(stolen)).status(), 403, 'one of another question');
    await other.goto('/desk');
    assert.match(other.url(), /\/desk\/sign-in/);
    await other.goto('/desk/sign-on');
    await other.click('button[value=cancel]');
    await other.waitForURL(back);
    assert.match(await other.innerText('main'), /取消/);
  });

  await t.test('an account is one officer’s, and the link can be removed', async () => {
    const other = await person(here);
    await other.goto('/desk');
    await other.fill('input[name=login]', 'officer4');
    await other.fill('input[name=password]', password);
    await go(other, 'main button[type=submit]');
    await other.fill('input[name=code]', shownCode(await other.inputValue('input[name=secret]')));
    await go(other, 'main form button[type=submit]');
    await other.goto('/desk/account');
    await other.fill('input[name=current]', password);
    await other.click('form[action="/desk/account/link"] button');
    await other.waitForURL(`${server.issuer}/**`);
    await prove(other, 'u-1', 'pwd otp', back);
    assert.match(await other.innerText('main'), /已经关联到这里的另一个账号/);
    await page.goto('/desk/sign-on');
    await prove(page, 'u-1', 'pwd otp', '**/desk');
    await page.goto('/desk/account');
    await go(page, 'form[action="/desk/account/unlink"] button');
    assert.match(await page.innerText('main'), /关联已取消/);
    await go(page, byServer);
    await prove(page, 'u-1', 'pwd otp', back);
    assert.match(await page.innerText('main'), /还没有关联/);
  });
});
