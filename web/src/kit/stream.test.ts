import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveStream, retryDelay, type StreamMessage, type Timing } from './stream';

test('the delay doubles from half a second to half a minute, with jitter', () => {
  assert.equal(retryDelay(0, 1), 500);
  assert.equal(retryDelay(3, 1), 4000);
  assert.equal(retryDelay(60, 1), 30_000);
  assert.equal(retryDelay(3, 0), 2000);
});

type Signal = AbortSignal | null | undefined;
/** What comes of one request. */
type Answer = (since: string, signal: Signal) => Promise<Response>;

const type = { headers: { 'Content-Type': 'text/event-stream' } };
const stream = (...chunks: string[]): Answer => () => Promise.resolve(new Response(chunks.join(''), type));
const status = (code: number): Answer => () => Promise.resolve(new Response('<html>', { status: code }));
const hang: Answer = (_, signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
const changes = (cursor: string, events: readonly string[] = [], store = 'ok'): Answer => () =>
  Promise.resolve(Response.json({ cursor, store: { store }, events: events.map((id) => ({ event: 'change', data: { cursor: id } })) }));

const hello = 'event: hello\ndata: {"cursor":"far ahead"}\n\n';
const change = (id: string) => `event: change\nid: ${id}\ndata: {}\n\n`;

/** A stream that goes on in the test: it stays open until it is cut. */
function open(...chunks: string[]) {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const answer: Answer = (_, signal) => {
    const body = new ReadableStream<Uint8Array>({
      start(c) {
        controller = c;
        for (const chunk of chunks) c.enqueue(new TextEncoder().encode(chunk));
      },
    });
    signal?.addEventListener('abort', () => controller?.error(new Error('aborted')));
    return Promise.resolve(new Response(body, type));
  };
  return { answer, say: (chunk: string) => controller?.enqueue(new TextEncoder().encode(chunk)) };
}

/** Answers each request with the next of the script; what follows never comes. */
function server(script: Readonly<{ streams?: readonly Answer[]; polls?: readonly Answer[] }>) {
  const asked: string[] = [];
  const left = { live: [...(script.streams ?? [])], poll: [...(script.polls ?? [])] };
  const fetcher = (url: unknown, init?: { signal?: Signal }): Promise<Response> => {
    asked.push(String(url));
    const [kind, since] = String(url).split(' ') as ['live' | 'poll', string];
    return (left[kind].shift() ?? hang)(since, init?.signal);
  };
  return { asked, fetcher: fetcher as typeof fetch };
}

function follow(s: Readonly<{ fetcher: typeof fetch }>, until: (m: StreamMessage, seen: StreamMessage[], stream: LiveStream) => boolean, timing: Partial<Timing> = {}) {
  const seen: StreamMessage[] = [];
  return new Promise<{ seen: StreamMessage[]; told: string[]; stream: LiveStream }>((resolve) => {
    const live = new LiveStream(
      {
        stream: (since) => `live ${since}`,
        poll: (since, wait) => `poll ${since} ${wait}`,
        fetcher: s.fetcher,
        random: () => -0.998, // next to no delay
        timing: { pollPauseMs: 0, ...timing },
        send: (m) => {
          seen.push(m);
          if (!until(m, seen, live)) return;
          live.close();
          resolve({ seen, told: told(seen), stream: live });
        },
      },
      'start',
    );
    void live.run();
  });
}

/** The messages in short, without the signs of life. */
function told(seen: readonly StreamMessage[]): string[] {
  return seen.flatMap((m) => {
    if (m.kind === 'event') return m.event.type === 'state' ? [] : [m.event.id ?? m.event.type];
    return m.kind === 'heard' ? [] : [m.kind === 'up' ? m.via : m.kind];
  });
}

const event = (id: string) => (m: StreamMessage) => m.kind === 'event' && m.event.id === id;

test('a broken stream resumes after the last event received', async () => {
  const s = server({ streams: [stream(hello, change('c1')), stream(change('c2'))] });
  const { told } = await follow(s, event('c2'));
  assert.deepEqual(s.asked, ['live start', 'live c1']);
  assert.deepEqual(told, ['stream', 'hello', 'c1', 'down', 'stream', 'c2']);
});

test('a service that answers neither way is tried again, and its time is that of the first failure', async () => {
  const s = server({ streams: [status(503), status(503), stream(change('x'))], polls: [status(503), status(503)] });
  const { seen } = await follow(s, event('x'));
  const downs = seen.flatMap((m) => (m.kind === 'down' ? [m.since] : []));
  assert.equal(downs.length, 2);
  assert.equal(downs[0], downs[1]);
});

test('a gateway that refuses streams is gone around by polls', async () => {
  const s = server({ streams: [status(502)], polls: [changes('c1', ['c1']), changes('c3', ['c2', 'c3'])] });
  const { told } = await follow(s, event('c3'));
  assert.deepEqual(told, ['poll', 'c1', 'c2', 'c3']);
  assert.deepEqual(s.asked, ['live start', 'poll start 0', 'poll c1 25']);
});

test('so is one that answers with a page of its own, or holds a stream back', async () => {
  for (const first of [() => Promise.resolve(new Response('<html>Sign in to the network</html>')), hang]) {
    const s = server({ streams: [first], polls: [changes('c1', ['c1'])] });
    assert.deepEqual((await follow(s, event('c1'), { greetingMs: 5 })).told, ['poll', 'c1']);
  }
});

test('and one that lets the greeting through and nothing after it', async () => {
  const s = server({ streams: [open(hello).answer], polls: [changes('c1', ['c1'])] });
  assert.deepEqual((await follow(s, event('c1'), { silenceMs: 5 })).told, ['stream', 'hello', 'poll', 'c1']);
});

test('streams that are cut off again and again are given up for polls', async () => {
  const s = server({ streams: [stream(hello), stream(hello), stream(hello)], polls: [changes('c1', ['c1'])] });
  const { told } = await follow(s, event('c1'));
  assert.deepEqual(told, ['stream', 'hello', 'down', 'stream', 'hello', 'down', 'stream', 'hello', 'poll', 'c1']);
});

test('once a stream comes through it is read again, from where the polls ended', async () => {
  const s = server({ streams: [status(502), hang, stream(hello, change('c2'))], polls: [changes('c1', ['c1']), changes('c1')] });
  const { told } = await follow(s, event('c2'), { retrialMs: 0, mostRetrialMs: 0, trialMs: 5 });
  assert.deepEqual(told, ['poll', 'c1', 'stream', 'hello', 'c2'], 'the trial that was held back is not told');
  assert.deepEqual(s.asked, ['live start', 'poll start 0', 'live c1', 'poll c1 0', 'live c1']);
});

test('the network coming back makes the stream be tried at once', async () => {
  const s = server({ streams: [status(502), stream(hello, change('c2'))], polls: [changes('c1', ['c1'])] });
  const { told } = await follow(s, (m, _, live) => {
    if (event('c1')(m)) live.retryNow();
    return event('c2')(m);
  });
  assert.deepEqual(told, ['poll', 'c1', 'stream', 'hello', 'c2']);
});

test('a gateway that allows less time than a poll takes is asked for less', async () => {
  const s = server({ streams: [status(502)], polls: [changes('c1'), status(504), changes('c1'), changes('c2', ['c2'])] });
  const { told } = await follow(s, event('c2'));
  assert.deepEqual(told, ['poll', 'c2']);
  assert.deepEqual(s.asked.slice(1), ['poll start 0', 'poll c1 25', 'poll c1 0', 'poll c1 12']);
});

test('a poll tells how the store is, each time it is another', async () => {
  const s = server({ streams: [status(502)], polls: [changes('c1', [], 'away'), changes('c1', [], 'away'), changes('c2', ['c2'])] });
  const { seen } = await follow(s, (m) => m.kind === 'event' && m.event.type === 'state' && m.event.data.includes('ok'), { pollPauseMs: 0 });
  assert.deepEqual(seen.flatMap((m) => (m.kind === 'event' && m.event.type === 'state' ? [JSON.parse(m.event.data) as unknown] : [])), [{ store: 'away' }, { store: 'ok' }]);
});

test('who may no longer read is told so, and polls do not try to get around it', async () => {
  const s = server({ streams: [status(401), status(401)] });
  const { told } = await follow(s, (m) => m.kind === 'down');
  assert.deepEqual(told, ['refused', 'down']);
  assert.deepEqual(s.asked, ['live start']);
});

test('another reader gets a connection of its own, from the same place', async () => {
  const first = open(hello, change('c1'));
  const s = server({ streams: [first.answer, stream(hello, change('c2'))] });
  const { told } = await follow(s, (m, _, live) => {
    if (event('c1')(m)) live.renew();
    return event('c2')(m);
  });
  assert.deepEqual(told, ['stream', 'hello', 'c1', 'hello', 'c2']);
  assert.deepEqual(s.asked, ['live start', 'live c1']);
});

/** Numbers that a seed gives, for choices that can be repeated (mulberry32). */
function drawn(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A service with so many events, behind a gateway of moods: it refuses, holds back, cuts in the middle, lets through. */
function moody(random: () => number, events: number): typeof fetch {
  const after = (since: string) => (since === 'start' ? 0 : Number(since));
  const some = (since: string) => {
    const from = after(since);
    return Array.from({ length: Math.min(events - from, Math.floor(random() * 4)) }, (_, n) => String(from + n + 1));
  };
  const answers = {
    live: (since: string, signal: Signal) => {
      const whole = [hello, ...some(since).map(change)].join('');
      const mood = random();
      if (mood < 0.3) return status(502)(since, signal);
      if (mood < 0.4) return hang(since, signal);
      return stream(mood < 0.7 ? whole.slice(0, Math.floor(random() * whole.length)) : whole)(since, signal);
    },
    poll: (since: string, signal: Signal) => {
      const ids = some(since);
      const mood = random();
      if (mood < 0.2) return status(504)(since, signal);
      if (mood < 0.3) return Promise.resolve(new Response('{"cursor":"half an ans'));
      return changes(ids.at(-1) ?? since, ids)(since, signal);
    },
  };
  return ((url: unknown, init?: { signal?: Signal }) => {
    const [kind, since] = String(url).split(' ') as ['live' | 'poll', string];
    return answers[kind](since, init?.signal);
  }) as typeof fetch;
}

test('whatever the gateway does, each event comes once and in order', async () => {
  for (let n = 0; n < 40; n++) {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const fetcher = moody(drawn(seed), 60);
    const { seen } = await follow({ fetcher }, event('60'), { greetingMs: 2, trialMs: 2, silenceMs: 5, retrialMs: 0, mostRetrialMs: 0 });
    const ids = seen.flatMap((m) => (m.kind === 'event' && m.event.type === 'change' ? [Number(m.event.id)] : []));
    assert.deepEqual(ids, Array.from({ length: 60 }, (_, i) => i + 1), `seed ${seed}`);
  }
});
