// A flood of filings: the page asks whoever files next to wait, says so without scripts, and with them reckons and goes
// on by itself.
import test from 'node:test';
import assert from 'node:assert/strict';
import { answered, go, person, site, sizes } from './site.mjs';

/** Files through the API until the door asks to wait; how many were let in. */
async function flood(here) {
  for (let filed = 0; filed < 2_000; filed += 1) {
    const body = JSON.stringify({ place: '990321100200', category: '其他', summary: '占位', text: `第${filed}件` });
    const answer = await fetch(`${here.address}/api/v1/matters`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (answer.status === 429) return filed;
    assert.equal(answer.status, 201, await answer.text());
  }
  return assert.fail('nobody was asked to wait');
}

test('a flood makes nobody lose a word', async (t) => {
  const here = await site();
  t.after(() => here.stop());
  assert.ok((await flood(here)) >= 600);

  await t.test('without scripts the page says how long to wait', async () => {
    const page = await person(here, { viewport: sizes.phone, javaScriptEnabled: false });
    await answered(page);
    await flood(here);
    await go(page, 'button[value=send]');
    assert.match(await page.innerText('main h1'), /请等 20 秒/);
    await go(page, 'button[value=send]');
    assert.match(await page.innerText('main h1'), /请等 \d+ 秒/);
    assert.equal(await page.inputValue('input[name=summary]'), '镇上工地拖欠工资');
    await go(page, 'button[value=check]');
    assert.match(await page.innerText('main'), /一万八千元没有发/);
    await page.context().close();
  });

  await t.test('with scripts it reckons, sends, and shows the receipt', async () => {
    const page = await person(here);
    await answered(page);
    await flood(here);
    const waiting = page.waitForResponse((response) => response.status() === 429);
    await page.click('button[value=send]');
    assert.equal((await waiting).headers()['retry-after'], '20');
    await page.waitForURL(/\/receipt$/, { timeout: 60_000 });
    assert.match(await page.innerText('main'), /\d{4}-\d{6}-\d{4}-\d{5}/);
    await page.context().close();
  });
});
