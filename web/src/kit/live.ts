// A page's end of the live stream.

import type { Wire } from '../api/wire';
import { list, record, readLight, readPoint, readText, texts, type Point } from './read';
import { Hub, type Request } from './hub';
import type { Light } from './lights';
import type { ServerEvent } from './sse';
import type { StreamMessage, Via } from './stream';
import { readSummary, type WarningSummary } from './warnings';
import type { Text } from './words';

/** A feature as an event tells of it. */
export type Changed = Readonly<{
  layer: string;
  id: number;
  name: string;
  light: Light;
  /** The light before; null when the feature is new. */
  was: Light | null;
  status: Text;
  reason: Text;
  district: string;
  point: Point | null;
  gone: boolean;
  /** Its warning as it stands now; null: none, or nothing said of it. */
  warning: WarningSummary | null;
  /** Layers of which a row that belongs to it changed. */
  attached: readonly string[];
}>;

export type Change = Readonly<{
  cursor: string;
  revision: number;
  features: readonly Changed[];
  /** Tiles whose content changed other than by light, as z/x/y. */
  tiles: readonly string[] | 'all';
}>;

export type LiveEvent =
  | Readonly<{ kind: 'up'; via: Via }>
  | Readonly<{ kind: 'down'; since: number }>
  | Readonly<{ kind: 'refused' }>
  | Readonly<{ kind: 'heard'; at: number }>
  | Readonly<{ kind: 'hello'; cursor: string; revision: number }>
  | Readonly<{ kind: 'change'; change: Change }>
  | Readonly<{ kind: 'reload' }>
  | Readonly<{ kind: 'store'; away: boolean; since: number }>;

export type Live = Readonly<{
  retry: () => void;
  /** Says who reads by now. */
  readAs: (reader: string) => void;
  close: () => void;
}>;

/** Joins the stream of this browser from a cursor on. */
export function joinLive(base: string, cursor: string, tell: (event: LiveEvent) => void): Live {
  const take = (message: StreamMessage) => {
    const event = readMessage(message);
    if (event) tell(event);
  };
  if (typeof SharedWorker === 'function') return throughWorker(base, cursor, take);
  if (navigator.locks && typeof BroadcastChannel === 'function') return throughLock(base, cursor, take);
  const hub = new Hub();
  hub.join(take, base, cursor);
  return { retry: () => hub.retry(), readAs: (reader) => hub.readAs(reader), close: () => hub.leave(take) };
}

function throughWorker(base: string, cursor: string, take: (m: StreamMessage) => void): Live {
  const worker = new SharedWorker(new URL('./live.worker.ts', import.meta.url), { type: 'module', name: 'yiping-live' });
  const send = (request: Request) => worker.port.postMessage(request);
  worker.port.onmessage = ({ data }: MessageEvent<StreamMessage>) => take(data);
  // Without a word of goodbye the worker would keep ports of pages long closed.
  const joined = new AbortController();
  addEventListener('pagehide', () => send({ kind: 'leave' }), { signal: joined.signal });
  send({ kind: 'join', base, cursor });
  const close = () => {
    joined.abort();
    send({ kind: 'leave' });
    worker.port.close();
  };
  return { retry: () => send({ kind: 'retry' }), readAs: (reader) => send({ kind: 'reader', reader }), close };
}

/** Whoever holds the lock reads the stream and tells the others; when it closes, the next takes over. */
function throughLock(base: string, cursor: string, take: (m: StreamMessage) => void): Live {
  const channel = new BroadcastChannel('yiping-live');
  const hub = new Hub();
  const abort = new AbortController();
  let last = cursor;
  const port = (message: StreamMessage) => {
    if (message.kind === 'event' && message.event.id !== null) last = message.event.id;
    take(message);
  };
  channel.onmessage = ({ data }: MessageEvent<StreamMessage>) => port(data);
  const lead = (message: StreamMessage) => {
    port(message);
    channel.postMessage(message);
  };
  navigator.locks
    .request('yiping-live', { signal: abort.signal }, () => {
      hub.join(lead, base, last);
      return new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()));
    })
    .catch(() => undefined); // aborted while still waiting for the lock
  const close = () => {
    hub.leave(lead);
    abort.abort();
    channel.close();
  };
  return { retry: () => hub.retry(), readAs: (reader) => hub.readAs(reader), close };
}

function readMessage(message: StreamMessage): LiveEvent | null {
  if (message.kind !== 'event') return message;
  try {
    return readEvent(message.event);
  } catch {
    return { kind: 'reload' }; // an event that cannot be read may have been a change
  }
}

export function readEvent(event: ServerEvent): LiveEvent | null {
  switch (event.type) {
    case 'hello': {
      const doc: Wire<'Reload'> = record(JSON.parse(event.data), 'hello');
      return { kind: 'hello', cursor: String(doc.cursor ?? ''), revision: Number(doc.revision ?? 0) };
    }
    case 'change':
      return { kind: 'change', change: readChange(record(JSON.parse(event.data), 'change'), event.id) };
    case 'reload':
      return { kind: 'reload' };
    case 'state': {
      const doc: Wire<'StoreState'> = record(JSON.parse(event.data), 'state');
      const since = typeof doc.since === 'string' ? Date.parse(doc.since) : Number.NaN;
      return { kind: 'store', away: doc.store === 'away', since: Number.isNaN(since) ? Date.now() : since };
    }
  }
  return null;
}

function readChange(doc: Wire<'Change'>, id: string | null): Change {
  return {
    cursor: typeof doc.cursor === 'string' ? doc.cursor : (id ?? ''),
    revision: Number(doc.revision ?? 0),
    features: list(doc.features, 'features').map(readChanged),
    tiles: doc.tiles === 'all' ? 'all' : Array.isArray(doc.tiles) ? doc.tiles.map(String) : [],
  };
}

function readChanged(f: Wire<'ChangedFeature'>): Changed {
  return {
    layer: String(f.layer ?? ''),
    id: Number(f.id),
    name: typeof f.name === 'string' ? f.name : '',
    light: readLight(f.light),
    was: typeof f.was === 'string' ? readLight(f.was) : null,
    status: readText(f.status),
    reason: readText(f.reason),
    district: String(f.district ?? ''),
    point: readPoint(f.point),
    gone: f.gone === true,
    warning: readSummary(f.warning),
    attached: texts(f.attached),
  };
}
