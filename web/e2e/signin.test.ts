// Signing in, in front of a service whose reading is closed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accessible, newPage, openBrowser, visit } from './driver';
import { buildProgram, geoPackage, Program, type TestStore } from './server';

const second = '一条足够长的新口令啊';

let browser: Browser;
let store: TestStore;
let program: Program;

before(async () => {
  browser = await openBrowser();
  store = geoPackage();
  program = await Program.start(buildProgram(), store, ['--reading', 'closed', '--seed', 'putuo']);
});
after(async () => {
  await browser?.close();
  await program?.stop();
  store?.drop();
});

test('the wall asks to sign in, and goes on where it was once one has', async () => {
  const password = /password (\S+):/.exec(program.said)?.[1] ?? '';
  assert.notEqual(password, '', 'the first admin is told');
  const page = await newPage(browser, { viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on('pageerror', (e) => complaints.push(e.message));
  page.on('console', (m) => {
    if (m.type() === 'error' && !/401/.test(m.text())) complaints.push(m.text()); // also what the content policy forbids
  });
  await visit(page, `${program.url}?district=310107#at=2022-06`);
  await page.waitForSelector('input[name=user]');
  assert.match(page.url(), /\/signin\?/);
  await accessible(page);
  await page.fill('input[name=user]', 'admin');
  await page.fill('input[name=password]', 'not the password');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.fault')?.textContent === '用户名或密码不正确，或账号已停用');
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('input[name=next]');
  await accessible(page);
  await page.fill('input[name=old]', password);
  await page.fill('input[name=next]', second);
  await page.fill('input[name=again]', `${second}!`);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => [...document.querySelectorAll('.fault')].some((f) => f.textContent === '两次输入的新密码不一致'));
  await page.fill('input[name=again]', second);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  assert.match(page.url(), /district=310107#at=2022-06/);
  await page.click('.switches a');
  await page.waitForSelector('.name');
  await accessible(page);
  await page.click('section button.plain');
  await page.waitForSelector('input[name=password]');
  await visit(page, program.url);
  await page.waitForFunction(() => location.pathname.endsWith('/signin') && document.querySelector('input[name=user]'));
  assert.deepEqual(complaints, []);
  await page.context().close();
});
