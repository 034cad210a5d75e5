import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub, type Port } from './hub';
import type { LiveStream, StreamMessage } from './stream';

/** A hub over a stream that the test plays. */
function play() {
  let position = '';
  let send: Port = () => undefined;
  let opened = 0;
  let closed = 0;
  let renewed = 0;
  const hub = new Hub((_base, cursor, port) => {
    opened++;
    position = cursor;
    send = port;
    return {
      get position() {
        return position;
      },
      run: () => Promise.resolve(),
      retryNow: () => undefined,
      renew: () => renewed++,
      close: () => closed++,
    } as unknown as LiveStream;
  });
  const change = (id: string) => {
    position = id;
    send({ kind: 'event', event: { type: 'change', data: '{}', id } });
  };
  const page = (cursor: string) => {
    const got: string[] = [];
    const port: Port = (m: StreamMessage) => got.push(m.kind === 'event' ? (m.event.id ?? m.event.type) : m.kind);
    hub.join(port, 'http://wall/', cursor);
    return { got, leave: () => hub.leave(port) };
  };
  return { hub, change, page, say: (m: StreamMessage) => send(m), opened: () => opened, closed: () => closed, renewed: () => renewed };
}

test('pages share one stream, which ends with the last of them', () => {
  const p = play();
  const [a, b] = [p.page('c0'), p.page('c0')];
  p.change('c1');
  assert.deepEqual([a.got, b.got, p.opened()], [['c1'], ['c1'], 1]);
  a.leave();
  assert.equal(p.closed(), 0);
  b.leave();
  assert.equal(p.closed(), 1);
});

test('a later page gets what it has not seen, no more and no less', () => {
  const p = play();
  p.page('c0');
  p.say({ kind: 'up', via: 'stream' });
  for (const id of ['c1', 'c2', 'c3']) p.change(id);
  assert.deepEqual(p.page('c3').got, ['up']);
  assert.deepEqual(p.page('c1').got, ['up', 'c2', 'c3']);
  assert.deepEqual(p.page('c0').got, ['up', 'c1', 'c2', 'c3']);
});

test('a page at a cursor the hub does not know reloads', () => {
  const p = play();
  p.page('c0');
  for (let n = 1; n <= 300; n++) p.change(`c${n}`);
  assert.deepEqual(p.page('elsewhere').got, ['reload']);
  assert.deepEqual(p.page('c0').got, ['reload'], 'forgotten by now');
  assert.equal(p.page('c100').got.length, 200);
});

test('a later page hears how the store is', () => {
  const p = play();
  p.page('c0');
  p.say({ kind: 'event', event: { type: 'state', data: '{"store":"away"}', id: null } });
  assert.deepEqual(p.page('c0').got, ['state']);
  p.say({ kind: 'event', event: { type: 'hello', data: '{}', id: null } });
  assert.deepEqual(p.page('c0').got, [], 'a stream that begins tells it anew');
});

test('when another reads the stream is opened anew and every page reads again', () => {
  const p = play();
  const a = p.page('c0');
  p.hub.readAs('');
  p.hub.readAs('');
  assert.deepEqual([a.got, p.renewed()], [[], 0]);
  p.hub.readAs('wangwu');
  assert.deepEqual([a.got, p.renewed()], [['reload'], 1]);
});
