// The phone page against the real program.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { json, openBrowser, visit } from './driver';
import { Phone, type Place } from './phone';
import { buildProgram, geoPackage, Program, type TestStore } from './server';

type Item = Readonly<{ layer: string; id: number; distance: number; bearing: number | null; point: [number, number] }>;
type Nearby = Readonly<{ items: Item[]; position: [number, number] }>;

const changshou: Place = { longitude: 121.4352, latitude: 31.2415 };
const putuo = 'field?district=310107';

let binary = '';
let browser: Browser;
let store: TestStore;
let program: Program;

before(async () => {
  binary = buildProgram();
  browser = await openBrowser();
  store = geoPackage();
  program = await Program.start(binary, store);
});
after(async () => {
  await browser?.close();
  await program?.stop();
  store?.drop();
});

const layers = 'project,problem,block';
const nearby = ({ longitude, latitude }: Place, query = '') => json<Nearby>(`${program.url}api/nearby?lon=${longitude}&lat=${latitude}&district=310107&layers=${layers}&k=1000${query}`);
const keys = (items: readonly Item[]) => items.map((i) => `${i.layer}/${i.id}`);

describe('the phone page', () => {
  test('lists what is near as the service measures it, and the phone measures the same', async () => {
    const phone = await Phone.open(browser, `${program.url}${putuo}`, changshou, { deviceScaleFactor: 2 });
    await phone.page.click('[data-radius=all]');
    await phone.page.waitForFunction(() => document.querySelectorAll('.list .row').length > 40);
    const { items } = await nearby(changshou);
    const own = await phone.lines();
    assert.deepEqual(own.map((l) => l.key), keys(items));
    const service = await phone.lines('service');
    assert.deepEqual(service.map((l) => l.key), keys(items));
    for (const [n, item] of items.entries()) {
      assert.ok(Math.abs((own[n]?.metres ?? 0) - item.distance) < 0.5, `${own[n]?.metres} for ${item.distance}`);
      assert.equal(service[n]?.metres, item.distance);
    }
    await phone.page.click('[data-radius="1000"]');
    const { items: close } = await nearby(changshou, '&radius=1000');
    await phone.page.waitForFunction((n) => document.querySelectorAll('.list .row').length === n, close.length);
    assert.deepEqual((await phone.lines('service')).map((l) => l.key), keys(close));
    assert.ok((await phone.projectsOnMap()) >= close.length, 'they are on the map');
    await phone.picture('field-390x844', 'field');
    await phone.close();
  });

  test('walking changes distances and winds', async () => {
    const phone = await Phone.open(browser, `${program.url}${putuo}`, changshou);
    const before = await phone.lines('service');
    const there: Place = { longitude: 121.4405, latitude: 31.2421 };
    await phone.walk(there);
    const { items } = await nearby(there, '&radius=1000');
    await phone.page.waitForFunction((want) => document.querySelector('.list .row')?.getAttribute('data-feature') === want, keys(items)[0]);
    const now = await phone.lines('service');
    assert.deepEqual(now.map((l) => l.metres), items.map((i) => i.distance));
    assert.notDeepEqual(now, before);
    await phone.close();
  });

  test('the ways there are in the coordinates of each map', async () => {
    const phone = await Phone.open(browser, `${program.url}${putuo}`, changshou);
    const [first] = await phone.lines('service');
    await phone.page.click('.list .row');
    await phone.page.waitForSelector('.card .verdict');
    const pointIn = async (crs: string) => {
      // The same question in another system: where is that place, and the nearest to it?
      const at = (await json<Nearby>(`${program.url}api/nearby?lon=0&lat=0&crs=WGS84&layers=project&district=310107&k=1000`)).items.find((i) => `${i.layer}/${i.id}` === first?.key)?.point;
      assert.ok(at, first?.key);
      const all = await json<Nearby>(`${program.url}api/nearby?lon=${at[0]}&lat=${at[1]}&crs=${crs}&layers=project&district=310107&k=1000`);
      return all.items.find((i) => `${i.layer}/${i.id}` === first?.key)?.point ?? [0, 0];
    };
    const href = async (way: string) => new URL((await phone.page.getAttribute(`[data-way=${way}]`, 'href')) ?? '');
    const [gcj, bd, wgs] = [await pointIn('GCJ-02'), await pointIn('BD-09'), await pointIn('WGS84')];
    const amap = (await href('amap')).searchParams;
    assert.equal(amap.get('to')?.split(',').slice(0, 2).join(), `${gcj[0].toFixed(6)},${gcj[1].toFixed(6)}`);
    assert.equal(amap.get('coordinate'), 'gaode');
    const baidu = (await href('baidu')).searchParams;
    assert.equal(baidu.get('location'), `${bd[1].toFixed(6)},${bd[0].toFixed(6)}`);
    assert.equal(baidu.get('coord_type'), 'bd09ll');
    assert.ok((await href('geo')).href.startsWith(`geo:${wgs[1].toFixed(6)},${wgs[0].toFixed(6)}?`));
    assert.notDeepEqual(gcj, wgs);
    await phone.page.goBack();
    await phone.lines();
    assert.equal(await phone.page.locator('.card').count(), 0, 'the phone’s own way back closes the card');

    const { features } = await json<{ features: { id: number; geometry: { type: string; coordinates: unknown[] } | null }[] }>(`${program.url}api/features/project?district=310107&limit=1000`);
    const several = features.find((f) => f.geometry?.type === 'MultiPoint' && f.geometry.coordinates.length > 2);
    assert.ok(several, 'a project of several sites');
    await visit(phone.page, `${program.url}${putuo}&feature=project/${several.id}`);
    await phone.page.waitForSelector(`[data-sites="${several.geometry?.coordinates.length}"]`);
    assert.match((await phone.page.textContent('.way')) ?? '', /共 \d 处，此处最近；其余 .*公里/);
    await phone.close();
  });

  test('without a network the list, the cards and the map go on, with their age; back, they are read again', async () => {
    const phone = await Phone.open(browser, `${program.url}${putuo}`, changshou);
    await phone.lines('service');
    await phone.page.click('nav button:nth-child(3)');
    await phone.page.click('[data-download]');
    await phone.page.waitForSelector('[data-stored]');
    await phone.page.waitForSelector('[data-remove]');
    await phone.shellKept();

    await phone.page.context().setOffline(true);
    phone.answered();
    await visit(phone.page, `${program.url}${putuo}`);
    const away = await phone.lines('phone');
    assert.deepEqual(away.map((l) => l.key), keys((await nearby(changshou, '&radius=1000')).items));
    await phone.page.waitForFunction(() => /数据更新至 .*\d\d:\d\d · 离线/.test(document.querySelector('.band')?.textContent ?? ''));
    assert.ok((await phone.projectsOnMap()) >= away.length, 'the map is drawn from the archive');
    await phone.picture('field-offline-390x844');
    await phone.page.click('.list .row');
    await phone.page.waitForSelector('.card .curve');
    assert.match((await phone.page.textContent('.card')) ?? '', /责任单位.*出处|责任单位/);
    assert.deepEqual(phone.answered(), [], 'the service was asked');

    const key = away[0]?.key.split('/')[1];
    store.sql(`UPDATE project SET goal_outcome = '无法完成' WHERE id = ${key}`);
    await phone.page.context().setOffline(false);
    await phone.page.waitForSelector('.card .verdict-red');
    await phone.page.waitForSelector('.band', { state: 'detached' });
    store.sql(`UPDATE project SET goal_outcome = '滞后' WHERE id = ${key}`);
    await phone.page.waitForSelector('.card .verdict-yellow');
    phone.complaints.splice(0); // a lost network is complained of by the browser itself
    await phone.close();
  });

  test('without a position a place is chosen by name or on the map', async () => {
    const phone = await Phone.open(browser, `${program.url}${putuo}`, null);
    await phone.page.waitForSelector('.nothing .action');
    assert.match((await phone.page.textContent('.nothing')) ?? '', /未允许定位/);
    await phone.page.click('nav button:nth-child(2)');
    await phone.page.fill('input[type=search]', '玉佛寺');
    await phone.page.click('.found .verb');
    assert.equal((await phone.lines('service'))[0]?.metres, 0);
    await phone.page.click('nav button:nth-child(2)');
    await phone.page.click('.field .action');
    await phone.drawn();
    const aimed = await phone.placeUnder('.choosing > .icon');
    await phone.page.click('.choosing .first');
    await phone.page.waitForFunction(() => document.querySelector('.list-head')?.textContent?.includes('所选位置'));
    await phone.liesAt('.over .me', aimed);
    await phone.close();
  });

  test('the list does not wait for the map', async () => {
    // What a service worker fetches no route can hold.
    const phone = await Phone.open(browser, 'about:blank', changshou, { serviceWorkers: 'block' });
    await phone.page.route(/assets\/(map|view)-.*\.js|\.mvt$/, () => undefined); // never answered
    await visit(phone.page, `${program.url}${putuo}`);
    assert.ok((await phone.lines()).length > 0);
    assert.equal(await phone.page.locator('.canvas').count(), 0);
    await phone.close();
  });

  test('both themes and languages are accessible, in a thumb’s measure, from 320 px on and in landscape', async () => {
    const looks = [
      ['', { width: 390, height: 844 }, '.list .row'],
      ['&theme=dark&lang=en', { width: 320, height: 568 }, '.list .row'],
      ['&lang=en', { width: 844, height: 390 }, 'nav button:nth-child(3)'],
    ] as const;
    for (const [query, viewport, next] of looks) {
      const phone = await Phone.open(browser, `${program.url}${putuo}${query}`, changshou, { viewport });
      await phone.lines('service');
      const check = async () => {
        assert.deepEqual(await phone.small(), []);
        assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('.sheet')].every((e) => e.scrollWidth <= e.clientWidth)), `${query} scrolls sideways`);
      };
      await check();
      if (query !== '') await phone.accessible();
      await phone.page.click(next);
      await phone.page.waitForSelector('.card .verdict .decided, .offline-map');
      await check();
      if (query !== '&theme=dark&lang=en') await phone.accessible();
      await phone.close();
    }
  });
});
