// What changes, as it changes: one connection kept up for weeks, resumed where it
// broke. It is the stream of /api/live; where something on the way holds streams
// back or cuts them off, the long poll of /api/changes, until a stream comes
// through again. One of the two is read at a time and both go on from the same
// cursor, so that no event is lost or told twice at the switch.

import { readChanges } from './poll';
import { EventParser, type ServerEvent } from './sse';

/** How events come. */
export type Via = 'stream' | 'poll';

/** What the stream says to whoever listens. */
export type StreamMessage =
  | Readonly<{ kind: 'event'; event: ServerEvent }>
  | Readonly<{ kind: 'up'; via: Via }>
  | Readonly<{ kind: 'down'; since: number }>
  /** The service asks who reads. */
  | Readonly<{ kind: 'refused' }>
  /** Bytes came: the server is there, at this time in milliseconds. */
  | Readonly<{ kind: 'heard'; at: number }>;

export type StreamOptions = Readonly<{
  stream: (since: string) => string;
  /** The long poll that waits for at most so many seconds. */
  poll: (since: string, wait: number) => string;
  send: (message: StreamMessage) => void;
  fetcher?: typeof fetch;
  now?: () => number;
  random?: () => number;
  timing?: Partial<Timing>;
}>;

/** All in milliseconds but for the seconds of a poll. */
export type Timing = Readonly<{
  /** A stream that has not greeted by then is held back on the way. */
  greetingMs: number;
  /** The same while a poll works, which waits for it. */
  trialMs: number;
  /** Silence after which a stream is taken for dead; the heartbeat is 15 s. */
  silenceMs: number;
  /** Streams that live less, one after the other, are cut on the way. */
  shortMs: number;
  pollSeconds: number;
  /** How much longer than asked a poll may take. */
  pollGraceMs: number;
  /** Between two polls; an answer that came too soon for one without news makes it longer. */
  pollPauseMs: number;
  /** How long polls go on until a stream is tried again: at first, and at most. */
  retrialMs: number;
  mostRetrialMs: number;
}>;

const usual: Timing = {
  greetingMs: 6000,
  trialMs: 3000,
  silenceMs: 40_000,
  shortMs: 10_000,
  pollSeconds: 25,
  pollGraceMs: 15_000,
  pollPauseMs: 250,
  retrialMs: 60_000,
  mostRetrialMs: 600_000,
};

const firstRetryMs = 500;
const lastRetryMs = 30_000;
const shortLives = 3;

/** Doubles from half a second to half a minute, with jitter so that a hundred walls do not knock at once. */
export function retryDelay(failures: number, random: number): number {
  const full = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures, 10));
  return full * (0.5 + random / 2);
}

/** How a stream ended. Barren: it brings nothing, though the service may well be there. */
type End = 'broken' | 'barren' | 'refused';

export class LiveStream {
  private readonly timing: Timing;
  private failures = 0;
  private closed = false;
  private renewed = false;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wake: (() => void) | null = null;
  private downSince: number | null = null;
  private via: Via | null = null;
  /** Streams in a row that were cut soon after they greeted. */
  private short = 0;
  private wait: number;
  private retrialMs: number;
  private retrialAt = 0;
  private store = '';

  constructor(
    private readonly options: StreamOptions,
    private cursor: string,
  ) {
    this.timing = { ...usual, ...options.timing };
    this.wait = this.timing.pollSeconds;
    this.retrialMs = this.timing.retrialMs;
  }

  /** The id of the last event received, or where the stream began. */
  get position(): string {
    return this.cursor;
  }

  async run(): Promise<void> {
    while (!this.closed) {
      this.renewed = false;
      const end = await this.stream();
      if (end === 'barren' && (await this.polls())) continue;
      if (this.closed) return;
      if (this.renewed) continue;
      if (end === 'refused') this.options.send({ kind: 'refused' });
      this.fell();
      await this.pause(retryDelay(this.failures++, (this.options.random ?? Math.random)()));
    }
  }

  /** Tries again at once, as after the network came back; where polls go on, a stream after the next. */
  retryNow(): void {
    this.failures = 0;
    this.retrialAt = 0;
    if (this.via === 'poll') this.abort?.abort();
    this.wake?.();
  }

  /** Connects anew, as whoever reads now. */
  renew(): void {
    this.renewed = true;
    this.abort?.abort();
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.abort?.abort();
    this.wake?.();
  }

  private async stream(): Promise<End> {
    const abort = this.begin(this.via === 'poll' ? this.timing.trialMs : this.timing.greetingMs);
    let greeted = 0;
    let silent = false;
    try {
      const answer = await this.fetch(this.options.stream(this.cursor), 'text/event-stream', abort);
      if (answer.status === 401 || answer.status === 403) return 'refused';
      if (!answer.ok || !answer.body || !isStream(answer)) return 'barren';
      const parser = new EventParser();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (greeted === 0) {
          greeted = this.now();
          this.rose('stream');
        }
        this.limit(abort, this.timing.silenceMs);
        this.heard();
        for (const event of parser.push(value)) this.take(event);
      }
    } catch {
      // Why it broke does not matter here: the page sees that it did, and since when.
      silent = abort.signal.aborted && !this.renewed;
    } finally {
      clearTimeout(this.timer);
    }
    return this.judge(greeted, silent);
  }

  private judge(greeted: number, silent: boolean): End {
    if (greeted === 0) return 'barren';
    const lived = this.now() - greeted;
    this.short = lived < this.timing.shortMs ? this.short + 1 : 0;
    if (lived > this.timing.mostRetrialMs) this.retrialMs = this.timing.retrialMs;
    return silent || this.short >= shortLives ? 'barren' : 'broken';
  }

  /** Polls until a stream is worth another trial; false when the service does not answer either. */
  private async polls(): Promise<boolean> {
    this.retrialAt = this.now() + this.retrialMs;
    this.retrialMs = Math.min(this.timing.mostRetrialMs, 2 * this.retrialMs);
    this.wait = this.timing.pollSeconds;
    // The first comes back at once: it is to be known whether this way is open.
    for (let wait = 0; !this.closed && !this.renewed; ) {
      const asked = this.now();
      const news = await this.poll(wait);
      if (news === null && wait === 0) return false;
      if (news !== null && this.now() >= this.retrialAt) return true;
      // A gateway may allow less time than that.
      if (news === null) this.wait = Math.max(1, Math.floor(this.wait / 2));
      const early = news === 0 && wait > 0 && this.now() - asked < 1000;
      await this.pause(this.timing.pollPauseMs * (early ? 8 : 1));
      wait = news === null ? 0 : this.wait;
    }
    return false;
  }

  /** The number of events that came; null: no answer of the service. */
  private async poll(wait: number): Promise<number | null> {
    const abort = this.begin(wait * 1000 + this.timing.pollGraceMs);
    try {
      const changes = await readChanges(await this.fetch(this.options.poll(this.cursor, wait), 'application/json', abort));
      this.rose('poll');
      this.heard();
      for (const event of changes.events) this.take(event);
      this.cursor = changes.cursor;
      // A stream tells of the store only when it goes away and comes back.
      if (changes.store.data !== this.store) this.take(changes.store);
      return changes.events.length;
    } catch {
      return null;
    } finally {
      clearTimeout(this.timer);
    }
  }

  private begin(ms: number): AbortController {
    const abort = new AbortController();
    this.abort = abort;
    this.limit(abort, ms);
    return abort;
  }

  private fetch(url: string, accept: string, abort: AbortController): Promise<Response> {
    const fetcher = this.options.fetcher ?? fetch;
    return fetcher(url, { headers: { Accept: accept }, cache: 'no-store', signal: abort.signal });
  }

  private take(event: ServerEvent): void {
    this.failures = 0;
    if (event.id !== null) this.cursor = event.id;
    if (event.type === 'hello') this.store = '';
    if (event.type === 'state') this.store = event.data;
    this.options.send({ kind: 'event', event });
  }

  private limit(abort: AbortController, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => abort.abort(), ms);
  }

  private heard(): void {
    this.options.send({ kind: 'heard', at: this.now() });
  }

  private rose(via: Via): void {
    if (this.via === via) return;
    this.downSince = null;
    this.via = via;
    this.options.send({ kind: 'up', via });
  }

  private fell(): void {
    this.downSince ??= this.now();
    this.via = null;
    this.options.send({ kind: 'down', since: this.downSince });
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** Something on the way may answer with a page of its own. */
function isStream(answer: Response): boolean {
  return answer.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
}
