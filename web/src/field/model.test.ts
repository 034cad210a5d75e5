import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Api } from '../kit/api';
import { noBox, type Box } from './box';
import { FieldModel } from './model';

const district = { code: '310107', name: '普陀区', bounds: [121.3, 31.2, 121.5, 31.3], date: '2022-12-31' };
const point = { type: 'Point', coordinates: [121.4, 31.24] };

/** What a page has and a test has not. */
beforeEach(() => {
  const page = { document: { title: '', hidden: false, addEventListener: () => undefined }, addEventListener: () => undefined, isSecureContext: false, navigator: { onLine: true } };
  for (const [name, value] of Object.entries(page)) Object.defineProperty(globalThis, name, { value, configurable: true });
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 });
});

/** A promise that a test keeps or not. */
function held() {
  let over: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (over = resolve));
  return { promise, over };
}

const reached = (so: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => (so() ? resolve() : setImmediate(look));
    look();
  });

/** A page over a service whose answers bear the cursor it is at. */
function phone(answers: Readonly<Record<string, () => unknown>>, box: Box = noBox) {
  const service = { cursor: 'c1', asked: [] as string[] };
  const all: Record<string, () => unknown> = {
    'api/districts': () => ({ districts: [district] }),
    'api/layers': () => ({ layers: [{ id: 'project' }] }),
    'api/features/district': () => ({ features: [] }),
    'api/features/project': () => ({ features: [{ id: 7, geometry: point, properties: { code: 'P7', name: '七号', light: 'red' } }] }),
    'api/nearby': () => ({ items: [] }),
    'api/warnings/project/7': () => ({ warnings: [] }),
    ...answers,
  };
  const fetcher = async (to: unknown) => {
    const path = new URL(String(to)).pathname.slice(1);
    service.asked.push(path);
    const { cursor } = service;
    return Response.json(await all[path]?.(), { headers: { 'Yiping-Cursor': cursor } });
  };
  const joined: string[] = [];
  const model = new FieldModel(new Api('http://phone/', fetcher as typeof fetch), box, { lang: 'zh', theme: 'light', radius: null, layers: ['project'], district: '' }, (_base, cursor) => {
    joined.push(cursor);
    return { retry: () => undefined, readAs: () => undefined, close: () => undefined };
  });
  return { model, service, joined };
}

test('the stream begins before whatever is asked while the district is being kept', async () => {
  const { promise, over } = held();
  const { model, service, joined } = phone({}, { ...noBox, put: (name) => (name.startsWith('district/') ? promise : Promise.resolve()) });
  const started = model.start();
  await reached(() => model.state.readAt > 0);
  // A change: its event is still to come.
  service.cursor = 'c2';
  model.from([121.4, 31.24]);
  mock.timers.tick(1);
  await reached(() => model.api.cursor === 'c2');
  over();
  await reached(() => joined.length > 0);
  assert.deepEqual(joined, ['c1']);
  await started;
});

test('the stream is followed once the service can be reached', async () => {
  let away = true;
  const { model, joined } = phone({ 'api/districts': () => (away ? Promise.reject(new Error('away')) : { districts: [district] }) });
  await model.start();
  await reached(() => model.state.failed);
  assert.deepEqual(joined, []);
  away = false;
  mock.timers.tick(10_000);
  await reached(() => joined.length > 0);
  assert.deepEqual(joined, ['c1']);
});

test('an answer that comes late undoes no card that was read later', async () => {
  const first = held();
  let light = 'red';
  const waits = [first.promise, Promise.resolve()];
  const card = async () => {
    const body = { id: 7, geometry: point, properties: {}, yiping: { light } };
    await waits.shift();
    return body;
  };
  const { model, service } = phone({ 'api/features/project/7': card });
  await model.start();
  await reached(() => model.state.features.size > 0);
  const late = model.open('project/7');
  await reached(() => service.asked.includes('api/features/project/7'));
  light = 'yellow';
  await model.open('project/7');
  assert.equal(model.state.card?.detail?.light, 'yellow');
  first.over();
  await late;
  assert.equal(model.state.card?.detail?.light, 'yellow');
});
