// What a phone keeps is its reader's: it goes with who signs out, and the next finds none of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { addUser, password, signIn } from './accounts';
import { openBrowser, rest, visit } from './driver';
import { Phone } from './phone';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

declare global {
  interface Window {
    /** Keys of all features that stood in the list at any time. */
    seen: string[];
    /** Lets the page hear who reads. */
    tell: () => void;
  }
}

const place = { longitude: 121.4012, latitude: 31.2105 };
const page = 'field?district=310105';

let browser: Browser;
let store: TestStore;
let program: Program;

before(async () => {
  const binary = buildProgram();
  browser = await openBrowser();
  store = geoPackage();
  run(binary, ['seed', '--store', store.url, 'changning']);
  addUser(binary, store, 'auditor', 'auditor');
  addUser(binary, store, 'viewer', 'viewer');
  run(binary, ['layer', 'close', 'block', '--readers', 'auditor', '--store', store.url]);
  program = await Program.start(binary, store, ['--reading', 'closed']);
});
after(async () => {
  await browser?.close();
  await program?.stop();
  store?.drop();
});

/** All that the browser keeps under this origin but the page itself. */
function kept(of: Page): Promise<{ caches: string[]; bases: string[]; stored: string[] }> {
  return of.evaluate(async () => ({
    caches: (await caches.keys()).filter((name) => !name.startsWith('yiping-shell ')),
    bases: (await indexedDB.databases()).map((d) => d.name ?? ''),
    stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
  }));
}
const nothing = { caches: [], bases: [], stored: [] };

/** The text of all documents kept. */
function documents(of: Page): Promise<string> {
  return of.evaluate(async () => {
    const texts: string[] = [];
    for (const name of await caches.keys()) {
      if (!name.startsWith('yiping-field-data')) continue;
      const cache = await caches.open(name);
      for (const request of await cache.keys()) texts.push(`${request.url} ${await ((await cache.match(request))?.text() ?? '')}`);
    }
    return texts.join('\n');
  });
}

/** Signs in on the page that asks for it. */
async function enter(of: Page, user: string): Promise<void> {
  await of.waitForSelector('input[name=user]');
  await of.fill('input[name=user]', user);
  await of.fill('input[name=password]', password);
  await of.keyboard.press('Enter');
}

async function takeAlong(phone: Phone): Promise<void> {
  await phone.page.click('[data-radius=all]');
  await phone.page.waitForSelector('.row[data-feature^="block/"]');
  await phone.page.click('nav button:nth-child(3)');
  await phone.page.click('[data-download]');
  await phone.page.waitForSelector('[data-remove]');
  const all = await kept(phone.page);
  assert.ok(all.caches.some((c) => c.startsWith('yiping-field-data')) && all.caches.some((c) => c.startsWith('yiping-field-archive')), JSON.stringify(all));
  assert.match(await documents(phone.page), /"layer":"block"/);
}

test('signing out takes away what the phone kept, in the other page too', async () => {
  const phone = await Phone.open(browser, `${program.url}${page}`, place);
  await enter(phone.page, 'auditor');
  await phone.lines('service');
  await takeAlong(phone);
  await phone.shellKept();
  const other = await phone.page.context().newPage();
  await visit(other, `${program.url}${page}`);
  await other.waitForSelector('.list .row');

  await phone.picture('field-account-390x844');
  await phone.page.click('.account a');
  await phone.page.click('section button.plain');
  for (const each of [phone.page, other]) await each.waitForSelector('input[name=password]');
  assert.match(other.url(), /\/signin\?/);
  assert.deepEqual(await kept(phone.page), nothing);

  await phone.page.context().setOffline(true);
  await visit(phone.page, `${program.url}${page}`);
  await phone.page.waitForSelector('.nothing');
  assert.equal(await phone.page.locator('.row').count(), 0);
  await phone.page.click('nav button:nth-child(3)');
  assert.equal(await phone.page.locator('[data-stored]').count(), 0);
  phone.complaints.splice(0); // of the 401 before signing in, and of the network
  await phone.close();
});

test('who signs in on another’s phone finds nothing of the other', async () => {
  const phone = await Phone.open(browser, 'about:blank', place);
  const context = phone.page.context();
  await signIn(context, program.url, 'auditor');
  await visit(phone.page, `${program.url}${page}`);
  await phone.lines('service');
  await takeAlong(phone);
  await phone.page.close();

  await signIn(context, program.url, 'viewer');
  const next = await context.newPage();
  await next.addInitScript(() => {
    window.seen = [];
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('.row[data-feature]')) window.seen.push(row.getAttribute('data-feature') ?? '');
    }).observe(document, { childList: true, subtree: true });
    if (!location.pathname.endsWith('/field')) return;
    const ask = window.fetch;
    const told = new Promise<void>((tell) => (window.tell = tell));
    window.fetch = async (what, how) => {
      if (!String(what).endsWith('/api/session')) return ask(what, how);
      await told;
      return ask(what, { ...how, signal: null });
    };
  });
  // As long as it is not known who reads nothing is shown, however slow the service is.
  await Promise.all([next.waitForResponse((r) => r.url().endsWith('/api/districts')), visit(next, `${program.url}${page}`)]);
  assert.deepEqual(await next.evaluate(() => window.seen), []);
  await next.evaluate(() => window.tell());
  await next.waitForSelector('.list[data-order=service] .row');
  assert.ok((await next.evaluate(() => window.seen)).length > 0);
  assert.deepEqual((await next.evaluate(() => window.seen)).filter((key) => key.startsWith('block/')), []);
  assert.doesNotMatch(await documents(next), /"layer":"block"/);
  assert.deepEqual((await kept(next)).caches.filter((c) => c.startsWith('yiping-field-archive')), []);

  // A layer that is closed to the reader leaves no hole in the wall's map either.
  const refused: string[] = [];
  next.on('response', (r) => r.status() >= 400 && refused.push(`${r.status()} ${r.url()}`));
  await next.setViewportSize({ width: 1920, height: 1080 });
  await visit(next, `${program.url}?district=310105#at=2023-06`);
  await next.waitForFunction(() => document.documentElement.dataset.mapIdle === '1' && document.documentElement.dataset.day === '2023-06-30');
  await rest(next);
  const drawn = new Set(await next.evaluate(() => window.yipingMap?.gl.queryRenderedFeatures().map((f) => f.sourceLayer)));
  assert.ok(drawn.has('project') && drawn.has('town') && !drawn.has('block'), JSON.stringify([...drawn]));
  assert.deepEqual(refused, []);
  await context.close();
});

test('who is signed out from elsewhere loses it too', async () => {
  const phone = await Phone.open(browser, 'about:blank', place);
  const context = phone.page.context();
  await signIn(context, program.url, 'auditor');
  await visit(phone.page, `${program.url}${page}`);
  await phone.lines('service');
  await takeAlong(phone);
  await phone.page.waitForSelector('.account a');
  const answer = await context.request.delete(`${program.url}api/session`);
  assert.equal(answer.status(), 200);
  await phone.page.waitForSelector('input[name=user]');
  assert.match(phone.page.url(), /\/signin\?/);
  assert.deepEqual(await kept(phone.page), nothing);
  await context.close();
});
