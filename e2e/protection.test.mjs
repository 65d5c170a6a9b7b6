// Whoever reports retaliation is protected from above, may send files and be helped; whoever heads the county never reads what
// names them.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { act, answered, go, keysOn, looksRight, openMatter, person, signIn, site, sizes, track } from './site.mjs';

/** A picture of one dot. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const onPhone = { viewport: sizes.phone, javaScriptEnabled: false };

test('retaliation is reported, protected and answered from above', async (t) => {
  const here = await site();
  t.after(() => here.stop());
  let keys;
  let helpers;

  await t.test('a person reports it on a phone, without scripts', async () => {
    const page = await person(here, onPhone);
    await answered(page, { accused: '990321-d4', summary: '反映欠薪后被威胁', text: '五月二日反映欠薪后，有人上门威胁。' });
    assert.match(await page.innerText('main'), /举报打击报复/);
    await go(page, 'button[value=send]');
    keys = await keysOn(page);
  });

  await t.test('they send a picture, and let somebody look', async () => {
    const page = await person(here);
    await track(page, keys);
    await page.goto('/track/files');
    await page.setInputFiles('input[type=file]', [{ name: '陈海生家门口.png', mimeType: 'image/png', buffer: dot }]);
    await go(page, 'main form.step-form button[type=submit]');
    assert.match(await page.innerText('main'), /陈海生家门口/);
    await looksRight(page, 'files');
    await page.goto('/track/act/give_mandate');
    await page.fill('textarea[name=name], input[name=name]', '陈小妹');
    await page.check('input[name=scope][value=look]');
    await page.fill('input[name=until]', new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    await looksRight(page, 'mandate');
    await go(page, 'main form button[type=submit]');
    await page.goto('/track/matter');
    await page.click('#helpers ~ ul summary');
    await looksRight(page, 'status-helped');
    helpers = { reference: keys.reference, code: await page.innerText('#helpers ~ ul code') };
  });

  await t.test('the helper looks, and can do nothing', async () => {
    const page = await person(here, onPhone);
    await track(page, helpers);
    assert.match(await page.innerText('main'), /您受信访人委托查看/);
    assert.doesNotMatch(await page.innerText('main'), /陈小妹/);
    assert.deepEqual(await page.locator('.mystep form').allInnerTexts(), ['材料和照片']);
    await page.goto('/track/files');
    assert.equal(await page.locator('input[type=file]').count(), 0);
  });

  await t.test('the office above protects, decides and clears; who is accused finds nothing', async () => {
    const accused = await signIn(here, 'officer4');
    assert.equal((await accused.goto(`/desk/matters/${keys.reference}`)).status(), 404);
    const page = await signIn(here, 'county4');
    await openMatter(page, keys.reference);
    assert.doesNotMatch(await page.innerText('main'), /陈海生/);
    await looksRight(page, 'matter-retaliation');
    await act(page, 'protect', (form) => form.locator('textarea[name=text]').fill('派出所每日走访，责令被举报单位不得接触举报人。'));
    await act(page, 'decide', async (form) => {
      await form.locator('input[value=not_found]').check();
      await form.locator('textarea[name=text]').fill('经查，未发现该单位人员上门。');
      const basis = form.locator('[name=basis]');
      if (await basis.count()) await basis.fill('《信访工作条例》第三十二条');
    });
    await act(page, 'clear_name', async (form) => {
      await form.locator('[name=who]').fill('清溪县人社局');
      await form.locator('textarea[name=text]').fill('经查，有关反映不属实，予以澄清。');
    });
    const letters = page.locator('li:has-text("澄清告知书") a:has-text("PDF")');
    const letter = await page.request.get(await letters.first().getAttribute('href'));
    assert.match((await letter.body()).subarray(0, 5).toString(), /%PDF/);
    mkdirSync('e2e/shots', { recursive: true });
    writeFileSync('e2e/shots/clarification.pdf', await letter.body());
  });

  await t.test('whoever registered asks no way that the person shut', async () => {
    const page = await signIn(here, 'chief');
    await openMatter(page, keys.reference);
    await looksRight(page, 'matter-watched');
    assert.match(await page.innerText('main'), /第一次安全回访期限/);
  });
});

test('what nobody here may hold is sealed for the office above', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'huiyin-upper-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const key = execFileSync(process.env.HUIYIN_BIN, ['upper', 'key', join(folder, 'upper.key')]).toString().trim();
  const here = await site(['--listen', '127.0.0.1:0', '--password-only', '--upper-office-key', key, '--upper-office-name', '云岭市信访局']);
  t.after(() => here.stop());
  const page = await person(here);
  await answered(page, { accused: '990321-xf', summary: '信访局打击报复', text: '反映后被信访局的人扣留。' });
  await go(page, 'button[value=send]');
  await looksRight(page, 'handed-up-receipt');
  const keys = await keysOn(page);
  const again = await person(here, onPhone);
  await track(again, keys);
  assert.match(await again.innerText('main'), /云岭市信访局/);
  const shown = await person(here);
  await track(shown, keys);
  await looksRight(shown, 'handed-up');
  const leader = await signIn(here, 'magistrate');
  assert.equal((await leader.goto(`/desk/matters/${keys.reference}`)).status(), 404);
});
