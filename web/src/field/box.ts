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
  /** What is being kept at the moment: to forget before it lies there would leave it. */
  private readonly writing = new Set<Promise<void>>();

  constructor(private readonly base: string) {}

  async get<T>(name: string): Promise<Kept<T> | null> {
    const found = await caches.match(this.key(name), { cacheName: this.cache });
    return found ? ((await found.json()) as Kept<T>) : null;
  }

  async put<T>(name: string, value: T, at: number): Promise<void> {
    if (this.closed) return;
    const kept: Kept<T> = { at, value };
    const writing = caches.open(this.cache).then((cache) => cache.put(this.key(name), Response.json(kept)));
    this.writing.add(writing);
    await writing.finally(() => this.writing.delete(writing));
  }

  async drop(name: string): Promise<void> {
    if (await caches.has(this.cache)) await (await caches.open(this.cache)).delete(this.key(name));
  }

  async clear(): Promise<void> {
    await Promise.allSettled(this.writing);
    await forgetKept(this.base);
  }

  close(): void {
    this.closed = true;
  }

  private get cache(): string {
    return cacheName(this.base, 'data');
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
