// Signing in behind a district's gateway: with a password, at a provider, in the
// frame of another platform.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { addUser, password } from './accounts';
import { accessible, newPage, openBrowser, pictureOf, visit } from './driver';
import { Gateway } from './gateway';
import { clientSecret, Provider } from './provider';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

declare global {
  interface Window {
    /** What the button said while one had to wait. */
    waits: string[];
  }
}

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
  const page = await newPage(browser, { viewport: desk, ignoreHTTPSErrors: true, ...options });
  await visit(page, address);
  return page;
}

async function looked(page: Page, name: string): Promise<void> {
  await seen(page, name);
  await accessible(page, name);
}

async function seen(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await pictureOf(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, `${name} scrolls sideways`);
}

test('one signs on at the provider and comes back to where one was', async () => {
  const page = await open(`${gateway.url}?district=310107#at=2022-06`);
  await page.click('text=统一身份认证登录');
  await page.waitForSelector('#yes');
  assert.ok(page.url().startsWith(`${provider.issuer}/authorize?`), page.url());
  await page.click('#yes');
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  assert.match(page.url(), /district=310107#at=2022-06/);
  await page.waitForFunction(() => document.querySelector('.switches a')?.textContent === '王五');
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
  await visit(page, gateway.url);
  await page.waitForFunction(() => location.pathname === '/yiping/signin' && document.querySelector('input[name=user]'));
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
  await page.evaluate(() => {
    window.waits = [];
    const look = () => {
      const button = document.querySelector<HTMLButtonElement>('button.primary');
      if (/登录失败次数过多/.test(document.querySelector('.fault')?.textContent ?? '') && button) window.waits.push(`${button.disabled ? 'shut' : 'open'} ${button.textContent}`);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  });
  // One waits a second after five failures, and twice as long after each more: sooner
  // or later it outlasts the slowness of any machine.
  const shut = () => page.evaluate(() => window.waits.some((w) => /^shut \d+ 秒后可再试$/.test(w)));
  const told: number[] = [];
  while (!(await shut()) && told.length < 20) {
    await page.fill('input[name=password]', `wrong ${told.length}`);
    const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.click('button.primary')]);
    told.push(answer.status());
    const words = answer.status() === 401 ? '不正确' : '登录失败次数过多';
    await page.waitForFunction((w) => document.querySelector('.fault')?.textContent?.includes(w), words);
    if (answer.status() === 401) await page.waitForFunction(() => document.querySelector('button.primary')?.textContent === '登录');
  }
  assert.ok(told.slice(0, 5).every((s) => s === 401) && told.includes(429), String(told));
  await looked(page, 'signin-locked');
  // A failure after the first wait began another, of which only the next attempt hears.
  for (let status = 0; status !== 200; ) {
    await page.waitForFunction(() => document.querySelector('button.primary')?.textContent === '登录');
    await page.fill('input[name=password]', password);
    const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.click('button.primary')]);
    status = answer.status();
    assert.ok(status === 200 || status === 429, `the right password: ${status}`);
  }
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  await page.context().close();
});

test('the page is fit for a phone, a desk and a wall, in both themes and languages', async () => {
  for (const [name, query, viewport] of [
    ['phone', '?theme=light', { width: 390, height: 844 }],
    ['small', '?lang=en', { width: 320, height: 568 }],
    ['desk', '?lang=en&theme=light', desk],
    ['wall', '', { width: 1920, height: 1080 }],
  ] as const) {
    const page = await open(`${gateway.url}signin${query}`, { viewport });
    await page.waitForSelector('form a.plain');
    await looked(page, `signin-${name}`);
    if (name === 'wall') {
      // The same page, larger.
      for (const size of [{ width: 3840, height: 1080 }, { width: 3840, height: 2160 }]) {
        await page.setViewportSize(size);
        await seen(page, `signin-${size.width}x${size.height}`);
      }
    }
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
    await frame.locator('input[name=user]').fill('wall');
    await frame.locator('input[name=password]').fill(password);
    await frame.locator('button.primary').click();
    await frame.locator('[data-count=red]').waitFor();
    const [cookie] = await page.context().cookies(way.url);
    assert.deepEqual([cookie?.name, cookie?.sameSite, cookie?.secure], ['__Secure-yiping', 'None', true]);
    await page.reload();
    await frame.locator('.right .alerts').waitFor();
    await page.context().close();
    // No other page may frame it.
    const other = await open('about:blank');
    const refused = other.waitForEvent('console', (m) => m.type() === 'error' && /frame-ancestors/.test(m.text()));
    await visit(other, origin.replace('localhost', '127.0.0.1'));
    await refused;
    assert.equal(await other.frameLocator('iframe').locator('#app').count(), 0);
    await other.context().close();
  } finally {
    way.stop();
    await inside.stop();
    portal.close();
  }
});
