// The pieces of an archive in the browser's cache storage.

import type { Manifest, Pieces } from './archive';
import { cacheName } from '../kit/kept';

export class CachePieces implements Pieces {
  private readonly cache: string;

  constructor(
    private readonly base: string,
    district: string,
  ) {
    this.cache = cacheName(base, `archive-${district}`);
  }

  async get(key: string): Promise<Blob | null> {
    const found = await this.find(key);
    return found ? found.blob() : null;
  }

  async put(key: string, piece: Blob): Promise<void> {
    await (await caches.open(this.cache)).put(this.key(key), new Response(piece));
  }

  async has(key: string): Promise<boolean> {
    return (await this.find(key)) !== undefined;
  }

  async manifest(): Promise<Manifest | null> {
    const found = await this.find('manifest');
    return found ? ((await found.json()) as Manifest) : null;
  }

  async keep(manifest: Manifest): Promise<void> {
    await (await caches.open(this.cache)).put(this.key('manifest'), Response.json(manifest));
  }

  async clear(): Promise<void> {
    await caches.delete(this.cache);
  }

  /** Opening a cache to look would make it, were it gone. */
  private find(name: string): Promise<Response | undefined> {
    return caches.match(this.key(name), { cacheName: this.cache });
  }

  private key(name: string): string {
    return new URL(`kept/${name}`, this.base).href;
  }
}
