// How fresh is what the screen shows? It must never show old data without
// saying so.

import type { Via } from './stream';

export type Connection = Readonly<{
  up: boolean;
  /** How changes come while it is up. */
  via: Via;
  /** When the server was last heard, in milliseconds; 0 before the first time. */
  heard: number;
  /** When the database went away behind a server that still answers. */
  storeAwaySince: number | null;
}>;

export const unconnected: Connection = { up: false, via: 'stream', heard: 0, storeAwaySince: null };

export type Freshness = Readonly<{
  state: 'connecting' | 'live' | 'connected' | 'reconnecting' | 'stale' | 'old';
  /** Nobody answers. */
  offline: boolean;
  /** Up to when what is shown is known to be true, in milliseconds. */
  trueTo: number;
  minutes: number;
}>;

const minute = 60_000;
/** A restart of the server or the network takes less; it is not worth an alarm. */
const graceMs = 10_000;

export function freshness(c: Connection, districtLive: boolean, now: number): Freshness {
  const trueTo = c.up ? (c.storeAwaySince ?? now) : Math.min(c.heard, c.storeAwaySince ?? c.heard);
  const minutes = Math.max(0, Math.floor((now - trueTo) / minute));
  const offline = !c.up && c.heard > 0 && now - c.heard > graceMs;
  const of = (state: Freshness['state']): Freshness => ({ state, offline, trueTo, minutes });
  if (c.up && c.storeAwaySince === null) return of(districtLive ? 'live' : 'connected');
  if (c.heard === 0) return of('connecting');
  if (minutes >= 60) return of('old');
  return of(minutes >= 5 ? 'stale' : 'reconnecting');
}
