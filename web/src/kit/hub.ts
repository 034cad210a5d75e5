// One live stream for all pages of a browser: the part that shares it. It runs
// in a SharedWorker, or in whichever page holds the lock.

import { LiveStream, type StreamMessage } from './stream';

/** From a page to the hub. */
export type Request =
  | Readonly<{ kind: 'join'; base: string; cursor: string }>
  | Readonly<{ kind: 'retry' }>
  /** Who reads in this browser by now. */
  | Readonly<{ kind: 'reader'; reader: string }>
  | Readonly<{ kind: 'leave' }>;

export type Port = (message: StreamMessage) => void;

/** Events kept to bring a later page up to the stream; beyond them it reloads. */
const remembered = 256;

const reload: StreamMessage = { kind: 'event', event: { type: 'reload', data: '{}', id: null } };

export class Hub {
  private readonly ports = new Set<Port>();
  private stream: LiveStream | null = null;
  private recent: { id: string; message: StreamMessage }[] = [];
  /** Cursor just before the oldest of recent. */
  private horizon = '';
  private status: StreamMessage | null = null;
  /** The last that was told of the store. */
  private store: StreamMessage | null = null;
  private reader: string | null = null;

  constructor(private readonly open: (base: string, cursor: string, send: Port) => LiveStream = openStream) {}

  join(port: Port, base: string, cursor: string): void {
    this.ports.add(port);
    if (!this.stream) {
      this.horizon = cursor;
      this.stream = this.open(base, cursor, (message) => this.relay(message));
      void this.stream.run();
      return;
    }
    if (this.status) port(this.status);
    if (this.store) port(this.store);
    this.catchUp(port, cursor);
  }

  leave(port: Port): void {
    this.ports.delete(port);
    if (this.ports.size > 0) return;
    this.stream?.close();
    this.stream = null;
    this.recent = [];
    this.status = null;
    this.store = null;
    this.reader = null;
  }

  retry(): void {
    this.stream?.retryNow();
  }

  /** A stream that was opened by another reader tells what that one may see; so did the pages' answers. */
  readAs(reader: string): void {
    if (this.reader !== null && this.reader !== reader) {
      this.stream?.renew();
      this.relay(reload);
    }
    this.reader = reader;
  }

  private catchUp(port: Port, cursor: string): void {
    if (cursor === this.stream?.position) return;
    const from = cursor === this.horizon ? 0 : this.recent.findIndex((e) => e.id === cursor) + 1;
    if (from === 0 && cursor !== this.horizon) {
      port(reload);
      return;
    }
    for (const { message } of this.recent.slice(from)) port(message);
  }

  private relay(message: StreamMessage): void {
    if (message.kind === 'up' || message.kind === 'down') this.status = message;
    if (message.kind === 'event') this.remember(message);
    for (const port of this.ports) port(message);
  }

  private remember(message: Extract<StreamMessage, { kind: 'event' }>): void {
    const { type, id } = message.event;
    if (type === 'hello') this.store = null;
    if (type === 'state') this.store = message;
    if (type === 'reload') {
      this.recent = [];
      this.horizon = '';
    }
    if (type !== 'change' || id === null) return;
    this.recent.push({ id, message });
    if (this.recent.length > remembered) this.horizon = this.recent.shift()?.id ?? '';
  }
}

function openStream(base: string, cursor: string, send: Port): LiveStream {
  const address = (path: string, since: string, more: Readonly<Record<string, string>> = {}) => {
    const url = new URL(path, base);
    for (const [name, value] of Object.entries({ ...(since === '' ? {} : { since }), ...more })) url.searchParams.set(name, value);
    return url.href;
  };
  return new LiveStream(
    {
      send,
      stream: (since) => address('api/live', since),
      poll: (since, wait) => address('api/changes', since, { wait: String(wait) }),
    },
    cursor,
  );
}
