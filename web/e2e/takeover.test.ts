// A new release of the phone page takes over from an old one, on a phone that has
// the old one kept.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, visit } from './driver';
import { Phone } from './phone';
import { Releases } from './releases';
import { buildProgram, geoPackage, Program, type TestStore } from './server';

let browser: Browser;
let store: TestStore;
let program: Program;
let releases: Releases;

before(async () => {
  browser = await openBrowser();
  store = geoPackage();
  program = await Program.start(buildProgram(), store, ['--seed', 'putuo']);
  releases = await Releases.start(program.url);
});
after(async () => {
  await browser?.close();
  releases?.stop();
  await program?.stop();
  store?.drop();
});

const release = (page: Page) => page.evaluate(() => document.documentElement.dataset.release);
const shells = (page: Page) => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('yiping-shell ')).map((name) => name.slice('yiping-shell / '.length, 'yiping-shell / '.length + 1)));

test('a new release takes over from an old one whole, and what was kept stays', async () => {
  const address = `${releases.url}field?district=310107`;
  const phone = await Phone.open(browser, address, { longitude: 121.4352, latitude: 31.2415 });
  const { page } = phone;
  const failed: string[] = [];
  page.context().on('response', (r) => r.status() >= 400 && failed.push(r.url()));
  const rows = await phone.lines('service');
  await page.click('nav button:nth-child(3)');
  await page.click('[data-download]');
  await page.waitForSelector('[data-remove]');
  await phone.shellKept();
  assert.deepEqual([await release(page), await shells(page)], ['1', ['1']]);

  // The old release goes on, whole, while the new one waits: its files are nowhere but here.
  releases.next();
  const other = await page.context().newPage();
  await visit(other, address);
  await other.waitForSelector('.list .row');
  await other.waitForFunction(() => document.documentElement.dataset.mapIdle === '1');
  assert.equal(await release(other), '1');
  await visit(page, address);
  await page.click('nav button:nth-child(3)');
  await page.waitForSelector('.settings .notice .verb');
  await phone.drawn();
  assert.deepEqual([await release(page), (await shells(page)).sort()], ['1', ['1', '2']]);
  assert.match((await page.textContent('.settings .notice')) ?? '', /页面有新版本/);
  await phone.picture('field-version-390x844');

  await page.click('.settings .notice .verb');
  for (const each of [page, other]) await each.waitForFunction(() => document.documentElement.dataset.release === '2');
  await phone.lines('service');
  await phone.drawn();
  assert.deepEqual(await shells(page), ['2']);
  await page.click('nav button:nth-child(3)');
  await page.waitForSelector('[data-stored]');
  assert.equal(await page.locator('.settings .notice').count(), 0);

  // Without a network it is the new one, with what the old one kept.
  await page.context().setOffline(true);
  await visit(page, address);
  assert.deepEqual((await phone.lines('phone')).map((l) => l.key), rows.map((l) => l.key));
  assert.ok((await phone.projectsOnMap()) > 0);
  assert.equal(await release(page), '2');
  await page.click('.list .row');
  await page.waitForSelector('.card .curve');
  assert.deepEqual(failed, [], 'no page asked for a file of another release');
  phone.complaints.splice(0); // of the lost network
  await phone.close();
});
