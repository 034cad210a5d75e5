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
    before(async () => {
      store = make();
      program = await Program.start(binary, store);
    });
    after(async () => {
      await program?.stop();
      store?.drop();
    });

    const api = <T>(path: string) => json<T>(`${program.url}api/${path}`);
    const open = async (query = putuo) => (await Wall.open(browser, program.url, query)).drawn();

    test('the rail counts warnings by level, level 3 first, and says what waits for a person', async () => {
      const { counts, items } = await api<Warnings>('warnings?district=310107&limit=1000');
      assert.ok(counts.total > 0 && items.length === counts.total, 'all of them in one page');
      const wall = await open();
      assert.equal(await wall.text('[data-warnings]'), String(counts.total));
      for (const level of ['remind', 'coordinate', 'supervise'] as const) {
        assert.equal(await wall.text(`[data-level=${level}] b`), String(counts[level]), level);
      }
      if (counts.proposed > 0) assert.equal(await wall.text('[data-level=proposed] b'), String(counts.proposed));
      const first = items[0];
      assert.equal(await wall.page.locator('.alerts [data-feature]').first().getAttribute('data-feature'), `${first?.layer}/${first?.id}`);
      const rows = await wall.page.locator('.alerts [data-feature]').count();
      assert.match((await wall.text('.right .foot')) ?? '', new RegExp(`另有 ${counts.total - rows} 条`));
      await wall.close();
    });

    test('the counts stand against the end of the month before', async () => {
      const own = await api<Overview>('overview?district=310107&level=区属');
      const wall = await open();
      for (const light of ['red', 'yellow', 'green'] as const) {
        const change = own.counts[light] - own.month.counts[light];
        const want = change === 0 ? '与上月持平' : `较上月\u2009${change > 0 ? '+' : '\u2212'}${Math.abs(change)}`;
        assert.equal(await wall.text(`.count-${light} small`), want, light);
      }
      await wall.close();
    });

    test('a month chosen shows everything at its day without a tile, and Escape comes home', async () => {
      const then = await api<Overview>(`overview?district=310107&level=区属&at=${june}`);
      const warnings = await api<Warnings>(`warnings?district=310107&at=${june}`);
      const lights = await api<{ layers: Record<string, [number, string][]> }>(`lights?district=310107&layers=project&at=${june}`);
      const wall = await open();
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
      await wall.picture(`${store.name}-june-1920x1080`, 'wall-lookback');
      await wall.accessible();
      await wall.page.keyboard.press('Escape');
      await wall.waitForDay(null);
      assert.deepEqual(await wall.counts(), now);
      assert.doesNotMatch(wall.page.url(), /#at=/);
      await wall.close();
    });

    test('months are walked by keyboard and dragged over; a bookmark opens at its day', { skip: !pages }, async () => {
      const wall = await open(`${putuo}#at=2022-06`);
      await wall.waitForDay(june);
      await wall.page.locator(`[data-month="${june}"]`).focus();
      await wall.page.keyboard.press('ArrowLeft');
      await wall.waitForDay('2022-05-31');
      const at = async (day: string) => {
        const box = await wall.page.locator(`[data-month="${day}"]`).boundingBox();
        return [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2] as const;
      };
      await wall.page.mouse.move(...(await at('2022-05-31')));
      await wall.page.mouse.down();
      await wall.page.mouse.move(...(await at('2022-08-31')), { steps: 6 });
      await wall.page.mouse.up();
      await wall.waitForDay('2022-08-31');
      await wall.page.keyboard.press('End');
      await wall.waitForDay(null);
      await wall.close();
    });

    test('indicators, tasks and rankings: every number leads to what is behind it', async () => {
      const wall = await open();
      const { items } = await api<{ items: Indicator[] }>('indicators?district=310107');
      await wall.page.click('#tab-indicators');
      assert.equal(await wall.page.locator('.indicator').count(), items.length);
      const traced = items.find((i) => i.panel > 0 && i.href.length === 1 && i.href[0]?.includes('/features/'));
      assert.ok(traced, 'an indicator computed from features');
      await wall.page.click(`[data-indicator="${traced.code}"]`);
      const behind = await json<{ numberMatched: number }>(new URL(traced.href[0] ?? '', program.url).href);
      await wall.page.waitForFunction((n) => document.querySelector('[data-behind]')?.textContent === n, String(behind.numberMatched));
      assert.ok((await wall.ringsOnMap()) > 0, 'they are ringed on the map');
      await wall.rest();
      await wall.picture(`${store.name}-indicators-1920x1080`, 'wall-indicators');
      await wall.accessible();
      await wall.page.keyboard.press('Escape');
      await wall.page.waitForSelector('[data-warnings]');
      await wall.page.click('#tab-rankings');
      const own = await api<{ rankings: { category: { name: string; total: number }[] } }>('overview?district=310107&level=区属');
      await wall.page.locator('.by button', { hasText: '分类' }).click();
      assert.equal(await wall.page.locator('.rank').count(), own.rankings.category.length);
      const [top] = own.rankings.category;
      await wall.page.locator('.rank button', { hasText: top?.name ?? '' }).click();
      await wall.page.waitForFunction((n) => document.querySelector('[data-behind]')?.textContent === n, String(top?.total));
      assert.equal(await wall.ringsOnMap(), top?.total);
      await wall.accessible();
      await wall.close();
    });

    test('长宁 shows its tasks with lead units and lights, worst first', async () => {
      const { items } = await api<{ items: { code: string; leadUnits: string[] }[] }>('tasks?district=310105');
      assert.equal(items.length, 36);
      const wall = await open('?district=310105');
      await wall.page.click('#tab-tasks');
      assert.equal(await wall.page.locator('.task').count(), 36);
      for (const { code, leadUnits } of items) {
        const row = (await wall.text(`[data-task="${code}"]`)) ?? '';
        assert.ok(row.includes(leadUnits[0] ?? '未填报'), row);
      }
      await wall.picture(`${store.name}-tasks-1920x1080`);
      await wall.accessible();
      await wall.close();
    });

    test('a card tells how far its warning rose, and a step of another person appears on it', async () => {
      const { items } = await api<Warnings>('warnings?district=310107&limit=1000');
      const item = items.find((w) => w.layer === 'project' && w.state === '待受理');
      assert.ok(item, 'a warning nobody has taken up');
      const wall = await open();
      await wall.page.waitForSelector('[data-connection=connected]');
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
      const card = (await wall.text('.card')) ?? '';
      for (const text of [item.name.replace('（文件未列名）', ''), '督办层级', '预警处置', '受理', '王建国', '已派专人跟进']) assert.ok(card.includes(text), `${text} in ${card}`);
      await wall.accessible();
      await wall.page.keyboard.press('Escape');
      store.sql(`DELETE FROM warning_step WHERE code = 'WS-e2e'`);
      await wall.close();
    });

    test('when one part of the service fails its panel alone says so', { skip: !pages }, async () => {
      const wall = await Wall.open(browser, program.url, putuo, {}, /\/api\/indicators/);
      await wall.drawn();
      assert.deepEqual(await wall.counts(), { red: '3', yellow: '27', green: '43' });
      await wall.page.click('#tab-indicators');
      assert.equal(await wall.text('.list-panel .none'), '指标暂不可用');
      assert.ok((await wall.page.locator('.alerts [data-feature]').count()) > 0);
      wall.forgive(/Failed to load resource/);
      await wall.close();
    });

    test('no district makes the page scroll or a rail overflow, on any screen', { skip: !pages }, async () => {
      const { districts } = await api<{ districts: { code: string }[] }>('districts');
      for (const viewport of [{ width: 1920, height: 1080 }, { width: 1366, height: 768 }]) {
        for (const { code } of districts) {
          const wall = await (await Wall.open(browser, program.url, `?district=${code}&lang=${viewport.width === 1366 ? 'en' : 'zh'}`, { viewport })).drawn();
          assert.deepEqual(await wall.overflowing(), [], `${code} at ${viewport.width}`);
          await wall.picture(`${store.name}-${code}-${viewport.width}x${viewport.height}`);
          await wall.close();
        }
      }
    });
  });
}
