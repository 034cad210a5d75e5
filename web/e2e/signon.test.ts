// Signing in behind a district's gateway: with a password, at a provider, in the
// frame of another platform.

import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { addUser, password } from './accounts';
import { openBrowser, patience } from './driver';
import { Gateway } from './gateway';
import { clientSecret, Provider } from './provider';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

let browser: Browser;
let binary = '';
let store: TestStore;
let program: Program;
let gateway: Gateway;
let provider: Provider;

const flags = ['--reading', 'closed', '--base-path', '/yiping', '--trusted-proxies', '127.0.0.1'];

before(async () => {
  binary = buildProgram();
  browser = await openBrowser();
  store = geoPackage();
  run(binary, ['seed', '--store', store.url, 'putuo']);
  addUser(binary, store, 'wall', 'viewer');
  addUser(binary, store, 'guessed', 'viewer');
  provider = await Provider.start();
  process.env.YIPING_OIDC_SECRET = clientSecret;
  program = await Program.start(binary, store, [...flags, '--oidc-issuer', provider.issuer, '--oidc-roles', '重大办=auditor']);
  gateway = await Gateway.start(program.url, 'open', true);
});
after(async () => {
  await browser?.close();
  gateway?.stop();
  await program?.stop();
  provider?.stop();
  store?.drop();
});

const desk = { width: 1280, height: 800 };

async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: desk, ignoreHTTPSErrors: true, ...options })).newPage();
  await page.goto(address);
  return page;
}

async function looked(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  mkdirSync('test-results', { recursive: true });
  await page.screenshot({ path: join('test-results', `${name}.png`) });
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, `${name} scrolls sideways`);
}

const fault = (page: Page, text: RegExp) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector('.fault')?.textContent ?? ''), text.source, { timeout: patience });

test('one signs on at the provider and comes back to where one was', async () => {
  const page = await open(`${gateway.url}?district=310107#at=2022-06`);
  await page.click('text=统一身份认证登录');
  await page.waitForURL(`${provider.issuer}/authorize?**`);
  await page.click('#yes');
  await page.waitForURL(/district=310107#at=2022-06/, { timeout: patience });
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''), null, { timeout: patience });
  assert.equal(await page.textContent('.switches a'), '王五');
  const cookies = await page.context().cookies();
  assert.deepEqual(
    cookies.map(({ name, path, secure, httpOnly, sameSite }) => ({ name, path, secure, httpOnly, sameSite })),
    [{ name: '__Secure-yiping', path: '/yiping/', secure: true, httpOnly: true, sameSite: 'Lax' }],
    'of the way to the provider nothing is left',
  );
  await page.click('.switches a');
  await page.waitForSelector('.name');
  await looked(page, 'signin-account');
  await page.click('section button.plain');
  await page.waitForSelector('input[name=password]');
  assert.deepEqual(await page.context().cookies(), []);
  await page.goto(gateway.url);
  await page.waitForURL(/\/yiping\/signin/);
  await page.context().close();
});

test('the provider refuses, or knows nobody of ours: said in words, and the way back', async () => {
  for (const [lang, person, button, words] of [
    ['zh', provider.person, '#no', /统一身份认证没有同意登录/],
    ['en', { sub: '43', preferred_username: 'zhaoliu', groups: ['食堂'] }, '#yes', /no role in this service/],
  ] as const) {
    const before = provider.person;
    provider.person = person;
    const page = await open(`${gateway.url}signin?lang=${lang}`, { viewport: { width: 390, height: 844 } });
    await page.click('form a.plain');
    await page.click(button);
    await page.waitForSelector('h1');
    assert.match(await page.innerText('body'), words);
    await looked(page, `signin-refused-${lang}`);
    await page.click('a');
    await page.waitForSelector('input[name=user]');
    assert.deepEqual(await page.context().cookies(), []);
    provider.person = before;
    await page.context().close();
  }
});

test('wrong passwords are told, and after five of them how long to wait', async () => {
  const page = await open(`${gateway.url}signin`, { viewport: { width: 390, height: 844 } });
  await page.fill('input[name=user]', 'guessed');
  for (let n = 0; n < 6; n++) {
    await page.fill('input[name=password]', `wrong ${n}`);
    await page.click('button.primary');
    await page.waitForFunction((nth) => nth === 5 || /不正确/.test(document.querySelector('.fault')?.textContent ?? ''), n);
    await page.waitForFunction((nth) => nth === 5 || !document.querySelector<HTMLButtonElement>('button.primary')?.disabled, n);
  }
  await fault(page, /登录失败次数过多/);
  await page.waitForFunction(() => /^\d+ 秒后可再试$/.test(document.querySelector('button.primary')?.textContent ?? ''));
  assert.equal(await page.isDisabled('button.primary'), true);
  await looked(page, 'signin-locked');
  await page.waitForFunction(() => document.querySelector('button.primary')?.textContent === '登录', null, { timeout: patience });
  await page.fill('input[name=password]', password);
  await page.click('button.primary');
  await page.waitForURL(gateway.url, { timeout: patience });
  await page.context().close();
});

test('the page is fit for a phone, a desk and a wall, in both themes and languages', async () => {
  for (const [name, query, viewport] of [
    ['phone', '?theme=light', { width: 390, height: 844 }],
    ['small', '?lang=en', { width: 320, height: 568 }],
    ['desk', '?lang=en&theme=light', desk],
    ['wall', '', { width: 1920, height: 1080 }],
    ['wide', '', { width: 3840, height: 1080 }],
    ['large', '', { width: 3840, height: 2160 }],
  ] as const) {
    const page = await open(`${gateway.url}signin${query}`, { viewport });
    await page.waitForSelector('form a.plain');
    await looked(page, `signin-${name}`);
    await page.context().close();
  }
});

test('in the frame of a platform that may, one signs in and stays so', async () => {
  let framed = '';
  const portal: Server = createServer((_, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    answer.end(`<!doctype html><title>门户</title><iframe src="${framed}?district=310107" width="1280" height="760"></iframe>`);
  });
  await new Promise<void>((listening) => portal.listen(0, '127.0.0.1', listening));
  const address = portal.address();
  assert.ok(typeof address === 'object' && address);
  const origin = `http://localhost:${address.port}`;
  const inside = await Program.start(binary, store, [...flags, '--frame-ancestors', origin]);
  const way = await Gateway.start(inside.url, 'open', true);
  try {
    framed = way.url;
    const page = await open(origin);
    const frame = page.frameLocator('iframe');
    await frame.locator('input[name=user]').fill('wall', { timeout: patience });
    await frame.locator('input[name=password]').fill(password);
    await frame.locator('button.primary').click();
    await frame.locator('[data-count=red]').waitFor({ timeout: patience });
    const [cookie] = await page.context().cookies(way.url);
    assert.deepEqual([cookie?.name, cookie?.sameSite, cookie?.secure], ['__Secure-yiping', 'None', true]);
    await page.reload();
    await frame.locator('.right .alerts').waitFor({ timeout: patience });
    await page.context().close();
    // No other page may frame it.
    const other = await open(origin.replace('localhost', '127.0.0.1'));
    await other.waitForFunction(() => document.querySelector('iframe') !== null);
    assert.equal(await other.frameLocator('iframe').locator('#app').count(), 0);
    await other.context().close();
  } finally {
    way.stop();
    await inside.stop();
    portal.close();
  }
});
