import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser } from './sse';

const stream = ': alive\n\nevent: change\nid: 7\ndata: {"a":\ndata: 1}\n\nevent: hello\r\ndata: {}\r\n\r\ndata: plain\r\r';

const events = [
  { type: 'change', data: '{"a":\n1}', id: '7' },
  { type: 'hello', data: '{}', id: null },
  { type: 'message', data: 'plain', id: null },
];

test('events come out the same however the bytes are cut', () => {
  for (let at = 0; at <= stream.length; at++) {
    const parser = new EventParser();
    assert.deepEqual([...parser.push(stream.slice(0, at)), ...parser.push(`${stream.slice(at)}\n`)], events, `cut at ${at}`);
  }
});

test('a block without data is no event', () => {
  assert.deepEqual(new EventParser().push('id: 9\nretry: 2000\n\n'), []);
});
