// What the live stream said and the tiles on screen do not say yet. Kept per
// feature, newest wins, until every tile in view was asked for after it.

import { markOf, type Light, type Mark } from '../kit/lights';
import type { Changed } from '../kit/live';
import type { Point } from '../kit/read';

export type Pending = Readonly<{
  layer: string;
  id: number;
  name: string;
  light: Light;
  mark: Mark;
  status: string;
  district: string;
  point: Point | null;
  gone: boolean;
  /** Not in the tiles on screen: drawn by the overlay until they are fetched. */
  fresh: boolean;
  /** The how-manieth change this page heard. */
  nth: number;
}>;

export function pendingOf(f: Changed, nth: number, lang: 'zh' | 'en'): Pending {
  return {
    layer: f.layer,
    id: f.id,
    name: f.name,
    light: f.light,
    mark: markOf(f.light, f.status.zh),
    status: (lang === 'en' && f.status.en) || f.status.zh,
    district: f.district,
    point: f.point,
    gone: f.gone,
    fresh: f.was === null,
    nth,
  };
}

/** Beyond this many the tiles are fetched anew instead: a screen runs for weeks. */
export const pendingLimit = 500;

export class PendingChanges {
  private readonly entries = new Map<string, Pending>();

  has(layer: string, id: number): boolean {
    return this.entries.has(`${layer}/${id}`);
  }

  get(layer: string, id: number): Pending | undefined {
    return this.entries.get(`${layer}/${id}`);
  }

  put(change: Pending): void {
    const key = `${change.layer}/${change.id}`;
    const before = this.entries.get(key);
    if (before && before.nth > change.nth) return;
    // Still not in the tiles, whatever happened to it since.
    const fresh = change.fresh || (before?.fresh ?? false);
    this.entries.delete(key);
    this.entries.set(key, { ...change, fresh });
  }

  /** Removes and gives what tiles true up to the nth change show already. */
  settle(nth: number): Pending[] {
    const done = [...this.entries].filter(([, change]) => change.nth <= nth);
    for (const [key] of done) this.entries.delete(key);
    return done.map(([, change]) => change);
  }

  clear(): Pending[] {
    return this.settle(Infinity);
  }

  get all(): Pending[] {
    return [...this.entries.values()];
  }

  get full(): boolean {
    return this.entries.size > pendingLimit;
  }
}
