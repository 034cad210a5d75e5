import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveStream, retryDelay, type StreamMessage } from './stream';

test('the delay doubles from half a second to half a minute, with jitter', () => {
  assert.equal(retryDelay(0, 1), 500);
  assert.equal(retryDelay(3, 1), 4000);
  assert.equal(retryDelay(60, 1), 30_000);
  assert.equal(retryDelay(3, 0), 2000);
});

/** Answers each connection with a script of chunks; what follows never comes. */
function server(...connections: readonly (readonly string[] | 'refuse' | 'hang')[]) {
  const asked: string[] = [];
  const fetcher = (url: unknown, init?: { signal?: AbortSignal | null }): Promise<Response> => {
    const next = connections[asked.length];
    asked.push(String(url));
    if (next === undefined || next === 'hang') {
      return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    }
    return Promise.resolve(next === 'refuse' ? new Response('', { status: 503 }) : new Response(next.join('')));
  };
  return { asked, fetcher: fetcher as typeof fetch };
}

function follow(s: ReturnType<typeof server>, until: (m: StreamMessage, seen: StreamMessage[]) => boolean, silenceMs?: number) {
  const seen: StreamMessage[] = [];
  return new Promise<{ seen: StreamMessage[]; stream: LiveStream }>((resolve) => {
    const stream = new LiveStream(
      {
        url: (since) => `live?since=${since}`,
        fetcher: s.fetcher,
        random: () => -0.998, // next to no delay
        send: (m) => {
          seen.push(m);
          if (!until(m, seen)) return;
          stream.close();
          resolve({ seen, stream });
        },
        ...(silenceMs === undefined ? {} : { silenceMs }),
      },
      'start',
    );
    void stream.run();
  });
}

test('a broken stream resumes after the last event received', async () => {
  const s = server(['event: hello\ndata: {"cursor":"far ahead"}\n\n', 'event: change\nid: c1\ndata: {}\n\n'], ['event: change\nid: c2\ndata: {}\n\n']);
  const { seen } = await follow(s, (m) => m.kind === 'event' && m.event.id === 'c2');
  assert.deepEqual(s.asked, ['live?since=start', 'live?since=c1']);
  assert.deepEqual(
    seen.flatMap((m) => (m.kind === 'event' ? [m.event.type] : m.kind === 'heard' ? [] : [m.kind])),
    ['up', 'hello', 'change', 'down', 'up', 'change'],
  );
});

test('a refusal is tried again and its time is that of the first failure', async () => {
  const s = server('refuse', 'refuse', ['data: x\n\n']);
  const { seen } = await follow(s, (m) => m.kind === 'event');
  const downs = seen.flatMap((m) => (m.kind === 'down' ? [m.since] : []));
  assert.equal(downs.length, 2);
  assert.equal(downs[0], downs[1]);
});

test('silence is taken for a dead connection', async () => {
  const s = server('hang', ['data: x\n\n']);
  const { seen } = await follow(s, (m) => m.kind === 'event', 5);
  assert.equal(seen[0]?.kind, 'down');
});
