// A wall that reads by a token of its own, in a city with a layer that not all may see.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accessible, newPage, openBrowser, patience, pictureOf, visit } from './driver';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

let binary: string;
let browser: Browser;
let store: TestStore;
let program: Program;

before(async () => {
  binary = buildProgram();
  browser = await openBrowser();
  store = geoPackage();
  run(binary, ['seed', '--store', store.url, 'putuo']);
  run(binary, ['layer', 'close', 'problem', '--store', store.url]);
  program = await Program.start(binary, store);
});
after(async () => {
  await browser?.close();
  await program?.stop();
  store?.drop();
});

test('a wall whose token is revoked says that it reads no more by it, and stays', async () => {
  const secret = /yiping_\S+/.exec(run(binary, ['user', 'token', 'add', '一楼大屏', '--display', '--store', store.url]))?.[0] ?? '';
  assert.notEqual(secret, '');
  const page = await newPage(browser, { viewport: { width: 1920, height: 1080 } });
  let opened = 0;
  page.on('domcontentloaded', () => opened++);
  await visit(page, `${program.url}?token=${secret}&district=310107`);
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  assert.doesNotMatch(page.url(), /token/);
  assert.equal(await page.locator('.switches .ended').count(), 0);
  run(binary, ['user', 'token', 'revoke', '一楼大屏', '--store', store.url]);
  const before = opened;
  const ended = () => {
    new BroadcastChannel('yiping-session /').postMessage('out'); // has the page look who reads now, not within half a minute
    return document.querySelector('.switches .ended')?.textContent === '大屏令牌已失效';
  };
  await page.waitForFunction(ended, null, { polling: 500, timeout: patience });
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  assert.equal(opened, before + 1, 'it came anew once');
  await accessible(page);
  await pictureOf(page, 'wall-ended');
  await page.context().close();
});
