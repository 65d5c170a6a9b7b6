// The main job, end to end: filed on a phone without scripts, registered, transferred, accepted, decided, served,
// followed, rated, reviewed.
import test from 'node:test';
import assert from 'node:assert/strict';
import { act, go, looksRight, openMatter, password, person, shownCode, signIn, site, sizes } from './site.mjs';

/** Opens an act on the matter page, fills it, sends it. */
test('from filing to review', async (t) => {
  const here = await site();
  t.after(() => here.stop());
  let reference = '';
  let code = '';

  await t.test('a person files on a phone, one question a page, without scripts', async () => {
    const page = await person(here, { viewport: sizes.phone, javaScriptEnabled: false });
    await page.goto('/');
    await go(page, 'main a[href="/file"]');
    await page.check('input[name=category][value="农民工工资"]');
    await go(page, 'button[value=next]');
    await page.check('input[type=radio][value="990321100"]');
    await go(page, 'button[value=next]');
    await page.check('input[type=radio][value="990321100200"]');
    await go(page, 'button[value=next]');
    // An empty answer is refused beside its field, and what was typed stays.
    await page.fill('input[name=summary]', '工地拖欠三个月工资');
    await go(page, 'button[value=next]');
    assert.equal(await page.inputValue('input[name=summary]'), '工地拖欠三个月工资');
    assert.ok(await page.locator('.field-error').count());
    await page.fill('textarea[name=text]', '今年三月到五月，我在镇上工地做工，三个月工资一万八千元没有发。问过工地，没有结果。请求责令发放。');
    await go(page, 'button[value=next]');
    await page.check('input[name=who][value=named]');
    await page.fill('input[name=name]', '陈海生');
    await page.fill('input[name=phone]', '19900000001');
    await go(page, 'button[value=next]');
    await page.check('input[name=contact][value=phone]');
    await go(page, 'button[value=next]');
    // The browser's own Back and Forward, as people use them: nothing is asked to be sent again, no word is lost.
    for (let back = 0; back < 3; back += 1) await page.goBack();
    assert.equal(await page.inputValue('input[name=summary]'), '工地拖欠三个月工资');
    assert.match(await page.inputValue('textarea[name=text]'), /一万八千元没有发/);
    await page.fill('input[name=summary]', '镇上工地拖欠三个月工资');
    await go(page, 'button[value=next]');
    assert.equal(await page.inputValue('input[name=name]'), '陈海生');
    await go(page, 'button[value=next]');
    await go(page, 'button[value=next]');
    assert.match(await page.innerText('main'), /镇上工地拖欠三个月工资/);
    assert.ok(!page.url().includes('%'), 'no word is in the address');
    await go(page, 'button[value=send]');
    await go(page, 'a[href="/track"]');
    await page.goBack();
    const text = await page.innerText('main');
    reference = text.match(/\d{4}-\d{6}-\d{4}-\d{5}/)[0];
    code = text.match(/\d{5}[\s-]+\d{5}[\s-]+\d{5}[\s-]+\d{5}[\s-]+\d{5}/)[0].replace(/\D+/g, '-');
    assert.ok(!text.includes('陈海生') && !text.includes('拖欠'), 'the receipt is discreet');
    assert.ok(await page.locator('main svg').count(), 'the receipt has a QR code');
  });

  await t.test('a text far too long is given back, not lost', async () => {
    const page = await person(here, { viewport: sizes.phone, javaScriptEnabled: false });
    await page.goto('/file');
    await page.check('input[name=category][value="农民工工资"]');
    await go(page, 'button[value=next]');
    await page.check('input[type=radio][value="990321"]');
    await go(page, 'button[value=next]');
    await page.fill('input[name=summary]', '很长的事');
    const long = '长'.repeat(80_000);
    await page.fill('textarea[name=text]', long);
    await go(page, 'button[value=next]');
    assert.match(await page.innerText('.field-error'), /现在有 80000 个字/);
    assert.equal((await page.inputValue('textarea[name=text]')).length, long.length);
    await page.goBack();
    await page.goForward();
    assert.equal((await page.inputValue('textarea[name=text]')).length, long.length);
  });

  await t.test('every public page looks right', async () => {
    const page = await person(here);
    for (const [path, name] of [['/', 'home'], ['/file', 'file'], ['/track', 'track'], ['/nowhere', 'trouble']]) {
      await page.goto(path);
      await looksRight(page, name);
    }
  });

  await t.test('the clerk registers a visit by keyboard, then transfers the matter', async () => {
    const page = await signIn(here, 'clerk');
    await looksRight(page, 'inbox');
    await page.goto('/desk/register');
    await looksRight(page, 'register');
    await page.focus('input[name=channel][value=visit]');
    await page.keyboard.press('Space');
    await page.fill('input[name=people]', '3');
    await page.selectOption('select[name=place]', '990321100200');
    await page.selectOption('select[name=category]', '环境保护');
    await page.fill('input[name=summary]', '反映养殖场臭气影响生活');
    await page.fill('textarea[name=text]', '村口养殖场长期排放臭气，多次反映没有结果。');
    await page.fill('input[name=name]', '吴水根');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await looksRight(page, 'registered');
    await page.goto(`/desk/open?reference=${reference}`);
    assert.ok(page.url().endsWith(`/desk/matters/${reference}`));
    await page.goto('/desk/open?reference=12');
    await looksRight(page, 'desk-trouble');
    assert.match(await page.innerText('main'), /\d{4}-\d{6}-\d{4}-\d{5}/);
    await openMatter(page, reference);
    await looksRight(page, 'matter-registered');
    await act(page, 'transfer', (form) => form.locator('select[name=to]').selectOption('990321-d4'));
    assert.match(await page.innerText('main'), /已转送/);
  });

  await t.test('the competent office accepts, decides, serves; others see nothing', async () => {
    const stranger = await signIn(here, 'officer6');
    assert.equal((await stranger.goto(`/desk/matters/${reference}`)).status(), 404);
    const page = await signIn(here, 'officer4');
    await openMatter(page, reference);
    await act(page, 'accept');
    await act(page, 'decide', async (form) => {
      await form.locator('input[value=supported]').check();
      await form.locator('textarea[name=text]').fill('经调查，用工单位拖欠陈海生三个月工资共一万八千元属实。责令用工单位十五日内发放。');
      await form.locator('input[name=basis]').fill('《保障农民工工资支付条例》第三条');
    });
    await looksRight(page, 'matter-decided');
    const pdf = await page.request.get(await page.locator('a.letter-pdf').last().getAttribute('href'));
    assert.equal(pdf.headers()['content-type'], 'application/pdf');
    assert.ok((await pdf.body()).subarray(0, 5).equals(Buffer.from('%PDF-')));
    await act(page, 'serve', async (form) => {
      await form.locator('input[name=document][value=opinion]').check();
      await form.locator('input[name=how][value=in_person]').check();
    });
    assert.match(await page.innerText('main'), /已答复/);
  });

  await t.test('the person follows, rates and asks review', async () => {
    const page = await person(here, { viewport: sizes.phone });
    await page.goto('/track');
    await page.fill('input[name=reference]', reference);
    await page.fill('input[name=code]', '00000-00000-00000-00000-00000');
    await go(page, 'main form button[type=submit]');
    assert.ok(await page.locator('.field-error, .error-summary').count(), 'a wrong code is told so');
    await page.fill('input[name=reference]', reference);
    await page.fill('input[name=code]', code);
    await go(page, 'main form button[type=submit]');
    assert.match(page.url(), /\/track\/matter$/);
    assert.match(await page.innerText('main'), /一万八千元属实/);
    await page.locator('.clocks:not(.clocks-over .clocks) summary').last().click();
    assert.match(await page.innerText('main'), /算起/);
    await looksRight(page, 'status');
    await go(page, 'form[action^="/track/rate"] button');
    await looksRight(page, 'rate');
    await page.locator('input[value=satisfied]').first().check();
    await page.locator('input[value=basically_satisfied]').last().check();
    await go(page, 'form.step-form button[type=submit]');
    await page.goto('/track/matter');
    await go(page, 'form[action^="/track/review"] button');
    await looksRight(page, 'review');
    await page.fill('textarea[name=text]', '十五日已过，工资仍未发放，请求复查。');
    await go(page, 'form.step-form button[type=submit]');
    await page.goto('/track/matter');
    assert.match(await page.innerText('main'), /复查/);
    const letter = await page.request.get(await page.locator('.letters a[href^="/track/letter/"]').last().getAttribute('href'));
    assert.equal(letter.headers()['content-type'], 'application/pdf');
    const receipt = await page.request.get('/track/receipt');
    assert.match(await receipt.text(), /^huiyin receipt 1\nreference: /);
  });

  await t.test('the reviewer takes it up, upholds it and serves the opinion', async () => {
    const page = await signIn(here, 'reviewer');
    await openMatter(page, reference);
    await act(page, 'accept_review');
    await act(page, 'decide_review', async (form) => {
      await form.locator('input[value=upheld]').check();
      await form.locator('textarea[name=text]').fill('经复查，原处理意见认定事实清楚，予以维持，并督促执行。');
    });
    await act(page, 'serve', async (form) => {
      await form.locator('input[name=document][value=review_opinion]').check();
      await form.locator('input[name=how][value=post]').check();
    });
    await looksRight(page, 'matter-reviewed');
  });

  await t.test('sessions and figures open into their rows', async () => {
    const chief = await signIn(here, 'chief');
    await chief.goto('/desk/sessions');
    await looksRight(chief, 'sessions');
    await chief.goto('/desk/sessions/announce');
    await looksRight(chief, 'announce');
    const day = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    await chief.fill('input[name=day]', day);
    await chief.locator('input[name=leaders]').first().check();
    await go(chief, 'main form button[type=submit]');
    const anyone = await person(here);
    await anyone.goto('/');
    assert.match(await anyone.innerText('main'), /接访大厅，\S+接访/, 'whoever receives, when and where is public');
    await looksRight(anyone, 'home-session');
    const page = await signIn(here, 'clerk');
    await page.goto('/desk/report');
    await looksRight(page, 'report');
    await go(page, 'main a[href*="/desk/report/work-summary/intake.total"]');
    await looksRight(page, 'rows');
    assert.ok((await page.innerText('main')).includes(reference), 'the figure opens into its cases');
  });

  await t.test('an officer sets up one-time codes and needs them from then on', async () => {
    const page = await signIn(here, 'officer6');
    await go(page, '.desk-user a');
    await looksRight(page, 'account');
    await go(page, 'main a[href="/desk/account/codes"]');
    await looksRight(page, 'codes');
    const secret = await page.inputValue('input[name=secret]');
    await page.fill('input[name=code]', shownCode(secret));
    await go(page, 'main form button[type=submit]');
    assert.match(await page.innerText('main'), /动态口令已经设好/);
    const again = await person(here);
    await again.goto('/desk');
    const enter = async (code) => {
      await again.fill('input[name=login]', 'officer6');
      await again.fill('input[name=password]', password);
      await again.fill('input[name=code]', code);
      await go(again, 'main button[type=submit]');
    };
    await enter('');
    assert.match(await again.innerText('main'), /请连同密码一起填写动态口令/);
    await looksRight(again, 'sign-in-code');
    // The next step's code: the one that was shown at the setting up was used by it.
    await enter(shownCode(secret, 1));
    assert.match(again.url(), /\/desk$/);
  });
});
