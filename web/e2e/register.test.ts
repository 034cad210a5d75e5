// The register's face on the wall, against the real program, on each store.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { json, openBrowser, Wall } from './driver';
import { buildProgram, eachStore, Program, type TestStore } from './server';

const putuo = '?district=310107';
const june = '2022-06-30';

type Counts = Readonly<{ red: number; yellow: number; green: number; none: number }>;
type Overview = Readonly<{ counts: Counts; month: { since: string; counts: Counts } }>;
type Warning = Readonly<{ layer: string; id: number; code: string; key: string; name: string; level: number; proposed: boolean; state: string }>;
type Warnings = Readonly<{ counts: Record<'total' | 'remind' | 'coordinate' | 'supervise' | 'proposed', number>; items: Warning[] }>;
type Indicator = Readonly<{ code: string; name: string; value: number | null; href: string[]; panel: number }>;

let binary = '';
let browser: Browser;

before(async () => {
  binary = buildProgram();
  browser = await openBrowser();
});
after(() => browser?.close());

for (const { name, pages, make } of eachStore()) {
  describe(`the register on ${name}`, () => {
    let store: TestStore;
    let program: Program;
    /** 普陀, from one test to the next, each of which leaves it as it was. */
    let wall: Wall;
    before(async () => {
      store = make();
      program = await Program.start(binary, store);
      wall = await open();
      await wall.page.waitForSelector('[data-connection=connected]');
    });
    after(async () => {
      await program?.stop();
      store?.drop();
    });

    const api = <T>(path: string) => json<T>(`${program.url}api/${path}`);
    const open = async (query = putuo, viewport = { width: 1920, height: 1080 }) => (await Wall.open(browser, program.url, query, { viewport })).drawn();

    test('the rail counts warnings by level, level 3 first, and says what waits for a person', async () => {
      const { counts, items } = await api<Warnings>('warnings?district=310107&limit=1000');
      assert.ok(counts.total > 0 && items.length === counts.total, 'all of them in one page');
      assert.equal(await wall.text('[data-warnings]'), String(counts.total));
      for (const level of ['remind', 'coordinate', 'supervise'] as const) {
        assert.equal(await wall.text(`[data-level=${level}] b`), String(counts[level]), level);
      }
      if (counts.proposed > 0) assert.equal(await wall.text('[data-level=proposed] b'), String(counts.proposed));
      const first = items[0];
      assert.equal(await wall.page.locator('.alerts [data-feature]').first().getAttribute('data-feature'), `${first?.layer}/${first?.id}`);
      const rows = await wall.page.locator('.alerts [data-feature]').count();
      assert.match((await wall.text('.right .foot')) ?? '', new RegExp(`另有 ${counts.total - rows} 条`));
    });

    test('the counts stand against the end of the month before', async () => {
      const own = await api<Overview>('overview?district=310107&level=区属');
      for (const light of ['red', 'yellow', 'green'] as const) {
        const change = own.counts[light] - own.month.counts[light];
        const want = change === 0 ? '与上月持平' : `较上月\u2009${change > 0 ? '+' : '\u2212'}${Math.abs(change)}`;
        assert.equal(await wall.text(`.count-${light} small`), want, light);
      }
    });

    test('no district makes the page scroll or a rail overflow, on any screen', { skip: !pages }, async () => {
      const { districts } = await api<{ districts: { code: string }[] }>('districts');
      const small = await open(`${putuo}&lang=en`, { width: 1366, height: 768 });
      for (const each of [wall, small]) {
        const { width, height } = each.page.viewportSize() ?? { width: 0, height: 0 };
        for (const { code } of districts) {
          await each.choose(code);
          assert.deepEqual(await each.overflowing(), [], `${code} at ${width}`);
          await each.picture(`${store.name}-${code}-${width}x${height}`);
        }
      }
      await wall.choose('310107');
      await small.close();
    });

    test('a month chosen shows everything at its day without a tile, and Escape comes home', async () => {
      const then = await api<Overview>(`overview?district=310107&level=区属&at=${june}`);
      const warnings = await api<Warnings>(`warnings?district=310107&at=${june}`);
      const lights = await api<{ layers: Record<string, [number, string][]> }>(`lights?district=310107&layers=project&at=${june}`);
      const now = await wall.counts();
      wall.countTiles();
      await wall.page.click(`[data-month="${june}"]`);
      await wall.waitForDay(june);
      assert.deepEqual(await wall.counts(), { red: String(then.counts.red), yellow: String(then.counts.yellow), green: String(then.counts.green) });
      assert.notDeepEqual(await wall.counts(), now, 'June was another month');
      assert.equal(await wall.text('[data-warnings]'), String(warnings.counts.total));
      assert.match((await wall.text('.right .badge')) ?? '', /回看 2022年6月/);
      assert.match((await wall.text('.right .foot')) ?? '', new RegExp(june));
      await wall.rest();
      assert.deepEqual(await wall.lightsShown('project'), Object.fromEntries(lights.layers.project ?? []), 'the lights of the map');
      assert.equal(wall.countTiles(), 0, 'tiles asked for');
      assert.match(wall.page.url(), new RegExp(`#at=${june}$`));
      if (pages) await wall.picture(`${store.name}-june-1920x1080`, 'wall-lookback');
      if (pages) await wall.accessible();
      await wall.page.keyboard.press('Escape');
      await wall.waitForDay(null);
      assert.deepEqual(await wall.counts(), now);
      assert.doesNotMatch(wall.page.url(), /#at=/);
    });

    test('months are walked by keyboard and dragged over; a bookmark opens at its day', { skip: !pages }, async () => {
      const past = await Wall.open(browser, program.url, `${putuo}#at=2022-06`);
      await past.waitForDay(june);
      await past.page.locator(`[data-month="${june}"]`).focus();
      await past.page.keyboard.press('ArrowLeft');
      await past.waitForDay('2022-05-31');
      const at = async (day: string) => {
        const box = await past.page.locator(`[data-month="${day}"]`).boundingBox();
        return [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2] as const;
      };
      await past.page.mouse.move(...(await at('2022-05-31')));
      await past.page.mouse.down();
      await past.page.mouse.move(...(await at('2022-08-31')), { steps: 6 });
      await past.page.mouse.up();
      await past.waitForDay('2022-08-31');
      await past.page.keyboard.press('End');
      await past.waitForDay(null);
      await past.close();
    });

    test('indicators, tasks and rankings: every number leads to what is behind it', async () => {
      const { items } = await api<{ items: Indicator[] }>('indicators?district=310107');
      await wall.page.click('#tab-indicators');
      assert.equal(await wall.page.locator('.indicator').count(), items.length);
      const traced = items.find((i) => i.panel > 0 && i.href.length === 1 && i.href[0]?.includes('/features/'));
      assert.ok(traced, 'an indicator computed from features');
      await wall.page.click(`[data-indicator="${traced.code}"]`);
      const behind = await json<{ numberMatched: number }>(new URL(traced.href[0] ?? '', program.url).href);
      await wall.page.waitForFunction((n) => document.querySelector('[data-behind]')?.textContent === n, String(behind.numberMatched));
      await wall.ringsOnMap();
      await wall.rest();
      if (pages) await wall.picture(`${store.name}-indicators-1920x1080`, 'wall-indicators');
      if (pages) await wall.accessible();
      await wall.page.keyboard.press('Escape');
      await wall.page.waitForSelector('[data-warnings]');
      await wall.page.click('#tab-rankings');
      const own = await api<{ rankings: { category: { name: string; total: number }[] } }>('overview?district=310107&level=区属');
      await wall.page.locator('.by button', { hasText: '分类' }).click();
      assert.equal(await wall.page.locator('.rank').count(), own.rankings.category.length);
      const [top] = own.rankings.category;
      await wall.page.locator('.rank button', { hasText: top?.name ?? '' }).click();
      await wall.page.waitForFunction((n) => document.querySelector('[data-behind]')?.textContent === n, String(top?.total));
      await wall.ringsOnMap(top?.total);
      if (pages) await wall.accessible();
      await wall.page.keyboard.press('Escape');
      await wall.page.waitForSelector('[data-warnings]');
    });

    test('长宁 shows its tasks with lead units and lights, worst first', async () => {
      const { items } = await api<{ items: { code: string; leadUnits: string[] }[] }>('tasks?district=310105');
      assert.equal(items.length, 36);
      await wall.choose('310105');
      await wall.page.click('#tab-tasks');
      await wall.page.waitForSelector('.task');
      assert.equal(await wall.page.locator('.task').count(), 36);
      for (const { code, leadUnits } of items) {
        const row = (await wall.text(`[data-task="${code}"]`)) ?? '';
        assert.ok(row.includes(leadUnits[0] ?? '未填报'), row);
      }
      if (pages) await wall.picture(`${store.name}-tasks-1920x1080`);
      if (pages) await wall.accessible();
      await wall.choose('310107');
    });

    test('a card tells how far its warning rose, and a step of another person appears on it', async () => {
      const { items } = await api<Warnings>('warnings?district=310107&limit=1000');
      const item = items.find((w) => w.layer === 'project' && w.state === '待受理');
      assert.ok(item, 'a warning nobody has taken up');
      await wall.page.click('.alerts + .foot button');
      const row = wall.page.locator(`.alerts [data-feature="${item.layer}/${item.id}"]`);
      assert.match((await row.textContent()) ?? '', /待受理/);
      const told = wall.page.waitForFunction(
        (feature) => /处置中/.test(document.querySelector(`.alerts [data-feature="${feature}"]`)?.textContent ?? '') && Date.now(),
        `${item.layer}/${item.id}`,
      );
      const columns = 'code, of_layer, of_code, district, warning, action, day, actor, unit, text';
      const values = `'WS-e2e', '${item.layer}', '${item.code}', '310107', '${item.key}', '受理', '2022-12-31', '王建国', '区推进办', '已派专人跟进'`;
      const committed = store.sql(`INSERT INTO warning_step (${columns}) VALUES (${values})`);
      console.log(`# ${store.name}: from commit of a step to the rail: ${Math.round(Number(await (await told).jsonValue()) - committed)} ms`);
      await row.click();
      await wall.page.waitForSelector('.card .rise');
      await wall.cardSays([item.name.replace('（文件未列名）', ''), '督办层级', '预警处置', '受理', '王建国', '已派专人跟进']);
      if (pages) await wall.accessible();
      await wall.page.keyboard.press('Escape');
      store.sql(`DELETE FROM warning_step WHERE code = 'WS-e2e'`);
    });

    test('when one part of the service fails its panel alone says so', { skip: !pages }, async () => {
      const broken = await Wall.open(browser, program.url, putuo, {}, /\/api\/indicators/);
      await broken.read();
      assert.deepEqual(await broken.counts(), { red: '3', yellow: '27', green: '43' });
      await broken.page.click('#tab-indicators');
      await broken.page.waitForFunction(() => document.querySelector('.list-panel .none')?.textContent === '指标暂不可用');
      assert.ok((await broken.page.locator('.alerts [data-feature]').count()) > 0);
      broken.forgive(/Failed to load resource/);
      await broken.close();
    });

    test('through all of this nothing was complained of, and nothing asked of others', () => wall.close());
  });
}
