// What the phone keeps for when there is no network: documents by name with the
// moment they were read. Without a secure connection browsers lend no storage;
// then nothing is kept, and the page says so.

export type Kept<T> = Readonly<{ at: number; value: T }>;

export interface Box {
  get<T>(name: string): Promise<Kept<T> | null>;
  put<T>(name: string, value: T, at: number): Promise<void>;
  drop(name: string): Promise<void>;
  /** Forgets everything, archives and preferences too. */
  clear(): Promise<void>;
  /** Keeps nothing from now on. */
  close(): void;
}

import { cacheName, forgetKept } from '../kit/kept';

export class CacheBox implements Box {
  private closed = false;

  constructor(private readonly base: string) {}

  async get<T>(name: string): Promise<Kept<T> | null> {
    const found = await (await this.open()).match(this.key(name));
    return found ? ((await found.json()) as Kept<T>) : null;
  }

  async put<T>(name: string, value: T, at: number): Promise<void> {
    if (this.closed) return;
    const kept: Kept<T> = { at, value };
    await (await this.open()).put(this.key(name), Response.json(kept));
  }

  async drop(name: string): Promise<void> {
    await (await this.open()).delete(this.key(name));
  }

  async clear(): Promise<void> {
    await forgetKept(this.base);
  }

  close(): void {
    this.closed = true;
  }

  private open(): Promise<Cache> {
    return caches.open(cacheName(this.base, 'data'));
  }

  /** Never fetched: an address is what a cache takes for a name. */
  private key(name: string): string {
    return new URL(`kept/${name}`, this.base).href;
  }
}

export const noBox: Box = {
  get: () => Promise.resolve(null),
  put: () => Promise.resolve(),
  drop: () => Promise.resolve(),
  clear: () => Promise.resolve(),
  close: () => undefined,
};

export function openBox(base: string): Box {
  return typeof caches === 'undefined' ? noBox : new CacheBox(base);
}
