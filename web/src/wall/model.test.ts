import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Api } from '../kit/api';
import type { Change, LiveEvent } from '../kit/live';
import { dayInHash, monthEnd } from './address';
import { returnMs, united, WallModel } from './model';
import { districtless } from './state';

const district = { code: '310107', name: '普陀区', bounds: [121.3, 31.2, 121.5, 31.3], date: '2022-12-31' };
const counts = { red: 3, yellow: 27, green: 43, none: 0 };

/** The page's address and title, which a test has not. */
function page(url: string) {
  const location = { href: url };
  Object.assign(globalThis, {
    location,
    document: { title: '', documentElement: {} },
    history: { replaceState: (_: unknown, __: string, to: URL) => (location.href = String(to)) },
    addEventListener: () => undefined,
  });
  return location;
}

type Answer = (url: URL) => unknown;

/** A service that answers by path, at once or when a promise does; null is a failure. */
function service(answers: Readonly<Record<string, Answer>> = {}) {
  const asked: string[] = [];
  const all: Record<string, Answer> = {
    'api/districts': () => ({ districts: [district] }),
    'api/layers': () => ({ layers: [] }),
    'api/features/district': () => ({ features: [] }),
    'api/overview': () => ({ district, counts }),
    'api/warnings': () => ({ counts: { total: 0 }, items: [] }),
    'api/history': () => ({ months: [{ date: '2022-12-31', counts }] }),
    'api/features/project': () => ({ features: [] }),
    'api/indicators': () => ({ items: [] }),
    'api/tasks': () => ({ items: [] }),
    'api/lights': () => ({ layers: { project: [] } }),
    ...answers,
  };
  const fetcher = async (to: unknown) => {
    const url = new URL(String(to));
    asked.push(url.pathname.slice(1) + url.search);
    const body = await all[url.pathname.slice(1)]?.(url);
    return body === null || body === undefined ? new Response('', { status: 503 }) : Response.json(body);
  };
  return { asked, api: new Api('http://wall/', fetcher as typeof fetch) };
}

async function opened(answers: Readonly<Record<string, Answer>> = {}, at: string | null = null) {
  const { api, asked } = service(answers);
  let tell: (event: LiveEvent) => void = () => undefined;
  const model = new WallModel(api, { district: '', theme: 'dark', lang: 'zh', at }, (_, __, hear) => {
    tell = hear;
    return { retry: () => undefined, readAs: () => undefined, close: () => undefined };
  });
  await model.start();
  return { model, asked, tell: (event: LiveEvent) => tell(event) };
}

let location = page('http://wall/');
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 });
  location = page('http://wall/');
});

test('a day in the address is a day or a month', () => {
  assert.equal(dayInHash('#at=2022-06-30'), '2022-06-30');
  assert.equal(dayInHash('#at=2022-02'), '2022-02-28');
  assert.equal(monthEnd('2024-02'), '2024-02-29');
  for (const wrong of ['', '#', '#at=2022-13', '#at=2022-02-31', '#at=yesterday']) assert.equal(dayInHash(wrong), null, wrong);
});

test('every part of another day is asked for at that day, and comes at once', async () => {
  const { model, asked } = await opened();
  asked.length = 0;
  const seen: (string | null)[] = [];
  model.subscribe(() => seen.push(`${model.state.at} ${model.state.past?.day ?? ''}`));
  await model.lookAt('2022-06-30');
  for (const part of ['overview', 'warnings', 'indicators', 'tasks', 'features/project', 'lights']) {
    assert.ok(asked.some((url) => url.startsWith(`api/${part}?`) && url.includes('at=2022-06-30')), part);
  }
  assert.ok(asked.some((url) => url.startsWith('api/history') && !url.includes('at=')), 'the months stay');
  await model.lookAt('2021-06-30');
  assert.ok(asked.some((url) => url.startsWith('api/history') && url.includes('at=2021-12-31')), 'another year has its own');
  await model.lookAt('2022-06-30');
  assert.deepEqual([...new Set(seen)], ['null ', '2022-06-30 2022-06-30', '2021-06-30 2021-06-30']);
  assert.equal(location.href, 'http://wall/?district=310107#at=2022-06-30');
});

test('the wall comes home by itself', async () => {
  const { model } = await opened();
  await model.lookAt('2022-06-30');
  mock.timers.tick(returnMs - 1);
  assert.equal(model.state.aim, '2022-06-30');
  mock.timers.tick(1);
  assert.equal(model.state.aim, null);
  assert.equal(location.href.includes('#at'), false);
});

test('whoever does something stays longer', async () => {
  const { model } = await opened();
  await model.lookAt('2022-06-30');
  mock.timers.tick(returnMs - 1);
  model.setTab('tasks');
  mock.timers.tick(returnMs - 1);
  assert.equal(model.state.aim, '2022-06-30');
});

test('a bookmark opens at its day; one of the future at the district’s own', async () => {
  assert.equal((await opened({}, '2022-03-31')).model.state.at, '2022-03-31');
  assert.equal((await opened({}, '2031-01-01')).model.state.at, null);
});

test('a part that fails says so alone, and the rest is shown', async () => {
  const { model } = await opened({ 'api/indicators': () => null });
  assert.deepEqual([...model.state.failed], ['indicators']);
  assert.equal(model.state.overview?.counts.red, 3);
  assert.ok(model.state.tasks);
});

test('a day that cannot be read is not shown: the wall stays where it was', async () => {
  const { model } = await opened({ 'api/overview': (url) => (url.searchParams.has('at') ? null : { district, counts }) });
  await model.lookAt('2022-06-30');
  assert.equal(model.state.at, null);
  assert.equal(model.state.aim, null);
  assert.equal(model.state.own?.counts.red, 3);
});

test('an answer for a month left meanwhile is dropped', async () => {
  const { model } = await opened();
  const first = model.lookAt('2022-05-31');
  await model.lookAt('2022-06-30');
  await first;
  assert.equal(model.state.at, '2022-06-30');
});

test('an answer that comes late undoes nothing that was asked later', async () => {
  let red = 3;
  let histories = 0;
  let held: Promise<void> | null = null;
  const wait: { over: () => void } = { over: () => undefined };
  const answers = {
    'api/overview': async () => {
      const body = { district, counts: { ...counts, red } };
      await held;
      return body;
    },
    'api/history': () => (histories++, { months: [] }),
  };
  const { model, tell } = await opened(answers);
  const read = (change: Change) => {
    tell({ kind: 'change', change });
    mock.timers.tick(1000);
  };
  const reached = (so: () => boolean) => new Promise<void>((resolve) => {
    const look = () => (so() ? resolve() : setImmediate(look));
    look();
  });
  held = new Promise((over) => (wait.over = over));
  read({ cursor: 'c2', revision: 2, features: [], tiles: [] });
  [held, red] = [null, 2];
  read({ cursor: 'c3', revision: 3, features: [], tiles: [] });
  await reached(() => model.state.overview?.counts.red === 2 && histories === 2);
  wait.over();
  await reached(() => histories === 3); // the first reading goes on
  assert.deepEqual([model.state.overview?.counts.red, model.state.own?.counts.red], [2, 2]);
});

test('a step on a warning is in the list before the next reading', async () => {
  const item = { layer: 'project', id: 7, light: 'red', level: 2, proposed: true, state: '待受理' };
  const { model, tell } = await opened({ 'api/warnings': () => ({ counts: { total: 1 }, items: [item] }) });
  const text = { zh: '', en: '' };
  const feature = { layer: 'project', id: 7, name: '', light: 'red', was: 'red', status: text, reason: text, district: '310107', point: null, gone: false, warning: { level: 3, proposed: false, state: '处置中', since: null }, attached: ['warning_step'] } as const;
  const change: Change = { cursor: 'c2', revision: 2, features: [feature], tiles: [] };
  tell({ kind: 'change', change });
  assert.deepEqual([model.state.warnings?.items[0]?.level, model.state.warnings?.items[0]?.state], [3, '处置中']);
});

test('a number leads to the features behind it at the day shown, and back', async () => {
  const { model, asked } = await opened();
  await model.lookAt('2022-06-30');
  await model.show('红灯', ['/api/features/project?filter=light%3D%27red%27&at=2022-12-31']);
  assert.ok(asked.at(-1)?.includes('at=2022-06-30'), asked.at(-1));
  assert.equal(model.state.focus?.items?.length, 0);
  model.back();
  assert.equal(model.state.focus, null);
  model.back();
  assert.equal(model.state.aim, null);
});

test('a feature behind two numbers is listed once; what was not sent still counts', () => {
  const f = (id: number) => ({ layer: 'project', id, name: '', light: 'none' as const, status: { zh: '', en: '' }, reason: { zh: '', en: '' }, since: null, unit: '', town: '', point: null });
  const both = united([{ items: [f(1), f(2)], total: 2 }, { items: [f(2), f(3)], total: 9 }]);
  assert.deepEqual([both.items?.map((i) => i.id), both.total], [[1, 2, 3], 10]);
});

test('a city without districts says so, and shows the first as soon as it is entered', async () => {
  let districts: readonly unknown[] = [];
  const { model, tell } = await opened({ 'api/districts': () => ({ districts }) });
  assert.equal(districtless(model.state), true);
  assert.equal(model.state.failed.size, 0);
  const shown = new Promise<void>((resolve) => model.subscribe(() => model.state.overview && resolve()));
  districts = [district];
  tell({ kind: 'change', change: { cursor: 'c2', revision: 2, features: [], tiles: 'all' } });
  mock.timers.tick(1000);
  await shown;
  assert.equal(model.state.district?.name, '普陀区');
  assert.equal(districtless(model.state), false);
});

test('a district that is renamed goes by its new name in the list', async () => {
  let name = '普陀区';
  const { model, tell } = await opened({ 'api/districts': () => ({ districts: [{ ...district, name }] }) });
  const renamed = new Promise<void>((resolve) => model.subscribe(() => model.state.districts[0]?.name === '普陀新区' && resolve()));
  name = '普陀新区';
  const text = { zh: '', en: '' };
  const feature = { layer: 'district', id: 1, name, light: 'none', was: 'none', status: text, reason: text, district: '310107', point: null, gone: false, warning: null, attached: [] } as const;
  tell({ kind: 'change', change: { cursor: 'c2', revision: 2, features: [feature], tiles: [] } });
  mock.timers.tick(1000);
  await renamed;
});
