// One live stream for all pages of a browser: the part that shares it. It runs
// in a SharedWorker, or in whichever page holds the lock.

import { LiveStream, type StreamMessage } from './stream';

/** From a page to the hub. */
export type Request =
  | Readonly<{ kind: 'join'; base: string; cursor: string }>
  | Readonly<{ kind: 'retry' }>
  | Readonly<{ kind: 'leave' }>;

export type Port = (message: StreamMessage) => void;

/** Events kept to bring a later page up to the stream; beyond them it reloads. */
const remembered = 256;

export class Hub {
  private readonly ports = new Set<Port>();
  private stream: LiveStream | null = null;
  private recent: { id: string; message: StreamMessage }[] = [];
  /** Cursor just before the oldest of recent. */
  private horizon = '';
  private status: StreamMessage | null = null;

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
    this.catchUp(port, cursor);
  }

  leave(port: Port): void {
    this.ports.delete(port);
    if (this.ports.size > 0) return;
    this.stream?.close();
    this.stream = null;
    this.recent = [];
    this.status = null;
  }

  retry(): void {
    this.stream?.retryNow();
  }

  private catchUp(port: Port, cursor: string): void {
    if (cursor === this.stream?.position) return;
    const from = cursor === this.horizon ? 0 : this.recent.findIndex((e) => e.id === cursor) + 1;
    if (from === 0 && cursor !== this.horizon) {
      port({ kind: 'event', event: { type: 'reload', data: '{}', id: null } });
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
  return new LiveStream(
    {
      send,
      url: (since) => {
        const url = new URL('api/live', base);
        if (since !== '') url.searchParams.set('since', since);
        return url.href;
      },
    },
    cursor,
  );
}
