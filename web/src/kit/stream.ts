// One connection to /api/live: kept up for weeks, resumed where it broke.

import { EventParser, type ServerEvent } from './sse';

/** What the stream says to whoever listens. */
export type StreamMessage =
  | Readonly<{ kind: 'event'; event: ServerEvent }>
  | Readonly<{ kind: 'up' }>
  | Readonly<{ kind: 'down'; since: number }>
  /** Bytes came: the server is there, at this time in milliseconds. */
  | Readonly<{ kind: 'heard'; at: number }>;

export type StreamOptions = Readonly<{
  url: (since: string) => string;
  send: (message: StreamMessage) => void;
  fetcher?: typeof fetch;
  now?: () => number;
  random?: () => number;
  /** Silence after which the connection is taken for dead; the heartbeat is 15 s. */
  silenceMs?: number;
}>;

const firstRetryMs = 500;
const lastRetryMs = 30_000;

/** Doubles from half a second to half a minute, with jitter so that a hundred walls do not knock at once. */
export function retryDelay(failures: number, random: number): number {
  const full = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures, 10));
  return full * (0.5 + random / 2);
}

export class LiveStream {
  private failures = 0;
  private closed = false;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wake: (() => void) | null = null;
  private downSince: number | null = null;

  constructor(
    private readonly options: StreamOptions,
    private cursor: string,
  ) {}

  /** The id of the last event received, or where the stream began. */
  get position(): string {
    return this.cursor;
  }

  async run(): Promise<void> {
    while (!this.closed) {
      try {
        await this.connection();
      } catch {
        // Why it broke does not matter here: the page sees that it did, and since when.
      }
      clearTimeout(this.timer);
      if (this.closed) return;
      this.fell();
      await this.pause(retryDelay(this.failures++, (this.options.random ?? Math.random)()));
    }
  }

  /** Tries again at once, as after the network came back. */
  retryNow(): void {
    this.failures = 0;
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.abort?.abort();
    this.wake?.();
  }

  private async connection(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.watch(abort);
    const fetcher = this.options.fetcher ?? fetch;
    const answer = await fetcher(this.options.url(this.cursor), {
      headers: { Accept: 'text/event-stream' },
      cache: 'no-store',
      signal: abort.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`live stream: ${answer.status}`);
    const parser = new EventParser();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    this.rose();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.watch(abort);
      this.options.send({ kind: 'heard', at: this.now() });
      for (const event of parser.push(value)) this.take(event);
    }
  }

  private take(event: ServerEvent): void {
    this.failures = 0;
    if (event.id !== null) this.cursor = event.id;
    this.options.send({ kind: 'event', event });
  }

  private watch(abort: AbortController): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => abort.abort(), this.options.silenceMs ?? 40_000);
  }

  private rose(): void {
    this.downSince = null;
    this.options.send({ kind: 'up' });
  }

  private fell(): void {
    this.downSince ??= this.now();
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
