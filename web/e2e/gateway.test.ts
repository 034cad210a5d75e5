// The screens behind gateways that break streams.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { json, openBrowser, visit, Wall } from './driver';
import { Gateway } from './gateway';
import { Phone } from './phone';
import { buildProgram, geoPackage, Program, type TestStore } from './server';

declare global {
  interface Window {
    /** Cursors of the changes that the page was told of. */
    heard: string[];
  }
}

const putuo = '?district=310107';

let browser: Browser;
let store: TestStore;
let program: Program;

before(async () => {
  browser = await openBrowser();
  store = geoPackage();
  program = await Program.start(buildProgram(), store, ['--seed', 'putuo']);
});
after(async () => {
  await browser?.close();
  await program?.stop();
  store?.drop();
});

/** Writes down what comes from the worker that reads the stream. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.heard = [];
    const Shared = window.SharedWorker;
    window.SharedWorker = class extends Shared {
      constructor(...args: ConstructorParameters<typeof Shared>) {
        super(...args);
        this.port.addEventListener('message', ({ data }: MessageEvent<{ kind: string; event?: { type: string; data: string } }>) => {
          if (data.event?.type === 'change') window.heard.push((JSON.parse(data.event.data) as { cursor: string }).cursor);
        });
      }
    };
  });
}

type Changes = Readonly<{ cursor: string; events: readonly Readonly<{ event: string; data: { cursor: string } }>[] }>;
const changes = (query: string) => json<Changes>(`${program.url}api/changes${query}`);

async function oneRed(): Promise<number> {
  const { items } = await json<{ items: { layer: string; id: number; light: string }[] }>(`${program.url}api/alerts?district=310107`);
  const red = items.find((a) => a.light === 'red' && a.layer === 'project');
  assert.ok(red);
  return red.id;
}

const set = (id: number, outcome: string) => store.sql(`UPDATE project SET goal_outcome = '${outcome}' WHERE id = ${id}`);

/** The same, until the service knows: two changes that it hears of at once are one. */
async function setAndHeard(id: number, outcome: string): Promise<void> {
  set(id, outcome);
  const outcomeNow = async () => (await json<{ properties: { goal_outcome: string } }>(`${program.url}api/features/project/${id}`)).properties.goal_outcome;
  while ((await outcomeNow()) !== outcome) await new Promise((resolve) => setTimeout(resolve, 50));
}
const via = (page: Page, wanted: string) => page.waitForSelector(`[data-via=${wanted}]`);

test('the wall gets each change once, by stream or by poll, whichever the gateway lets through', async () => {
  const gateway = await Gateway.start(program.url, 'refusing');
  try {
    const id = await oneRed();
    const first = (await changes('')).cursor;
    const wall = await Wall.open(browser, 'about:blank');
    await listen(wall.page);
    await visit(wall.page, `${gateway.url}${putuo}`);
    await wall.drawn();
    await via(wall.page, 'poll');
    assert.equal(await wall.page.textContent('[data-via]'), '已连接 · 轮询');
    const told = set(id, '完成');
    await wall.waitForCounts({ red: '2' });
    console.log(`# by poll: from commit to the count on the wall ${Math.round(Date.now() - told)} ms`);
    await wall.picture('polling-1920x1080');

    await gateway.become('open');
    // A busy machine may take longer to greet than a trial waits: then there is another.
    await wall.page.waitForFunction(
      () => document.querySelector('[data-via=stream]') !== null || (dispatchEvent(new Event('online')), false),
      null,
      { polling: 5000 },
    );
    assert.equal(await wall.page.textContent('[data-via]'), '已连接');
    set(id, '无法完成');
    await wall.waitForCounts({ red: '3' });

    // The stream is cut while changes come, and no other is let through.
    await setAndHeard(id, '完成');
    await gateway.become('buffering');
    await setAndHeard(id, '无法完成');
    await via(wall.page, 'poll');
    await wall.waitForCounts({ red: '3' });
    await setAndHeard(id, '完成');
    await wall.waitForCounts({ red: '2' });
    await setAndHeard(id, '无法完成');
    await wall.waitForCounts({ red: '3' });
    const { events } = await changes(`?since=${encodeURIComponent(first)}`);
    assert.ok(events.length === 6 && events.every((e) => e.event === 'change'), JSON.stringify(events));
    await wall.page.waitForFunction((last) => window.heard.includes(last), events.at(-1)?.data.cursor ?? '');
    assert.deepEqual(await wall.page.evaluate(() => window.heard), events.map((e) => e.data.cursor));
    wall.forgive(/502|504|ERR_|Failed to fetch/); // what the gateway refuses or cuts off the browser complains of
    await wall.page.context().close();
    assert.deepEqual(wall.complaints, []);
  } finally {
    gateway.stop();
  }
});

test('a gateway that holds streams back is found out, on the phone too', async () => {
  const gateway = await Gateway.start(program.url, 'buffering');
  try {
    const id = await oneRed();
    const phone = await Phone.open(browser, `${gateway.url}field${putuo}&feature=project/${id}`, { longitude: 121.4352, latitude: 31.2415 });
    await phone.page.waitForSelector('.card .verdict-red');
    set(id, '完成');
    await phone.page.waitForSelector('.card .verdict-green');
    await phone.page.goBack();
    await via(phone.page, 'poll');
    set(id, '无法完成');
    await phone.close();
  } finally {
    gateway.stop();
  }
});
