// Signing in, in front of a service whose reading is closed.

import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './driver';
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

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
}

test('the wall asks to sign in, and goes on where it was once one has', async () => {
  const password = /password (\S+):/.exec(program.said)?.[1] ?? '';
  assert.notEqual(password, '', 'the first admin is told');
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (e) => complaints.push(e.message));
  page.on('console', (m) => {
    if (m.type() === 'error' && !/401/.test(m.text())) complaints.push(m.text()); // also what the content policy forbids
  });
  await page.goto(`${program.url}?district=310107#at=2022-06`);
  await page.waitForURL(/\/signin\?/);
  await page.waitForSelector('input[name=user]');
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
  await page.waitForURL(/district=310107#at=2022-06/);
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  await page.click('.switches a');
  await page.waitForSelector('.name');
  await accessible(page);
  await page.click('section button.plain');
  await page.waitForSelector('input[name=password]');
  await page.goto(program.url);
  await page.waitForURL(/\/signin/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});
