// Which changes do the tiles on screen already show? Nodes count revisions each
// for itself, so a tile is dated by what this page had heard when it asked for it:
// the request names that cursor, and no node may answer with less.

import { addProtocol, removeProtocol } from 'maplibre-gl';

export type TileAddress = Readonly<{ z: number; x: number; y: number }>;

/** Tiles remembered; far more than a screen shows at once. */
const remembered = 2048;

export class TileAges {
  private readonly byKey = new Map<string, number>();

  set(key: string, heard: number): void {
    this.byKey.delete(key);
    this.byKey.set(key, heard);
    if (this.byKey.size <= remembered) return;
    const oldest = this.byKey.keys().next().value;
    if (oldest !== undefined) this.byKey.delete(oldest);
  }

  /** Up to which change all of these tiles are known to be true; -1 when one is not known. */
  common(tiles: readonly TileAddress[]): number {
    let least = Infinity;
    for (const t of tiles) least = Math.min(least, this.byKey.get(tileKey(t)) ?? -1);
    return tiles.length === 0 ? -1 : least;
  }

  clear(): void {
    this.byKey.clear();
  }
}

export function tileKey(t: TileAddress): string {
  return `${t.z}/${t.x}/${t.y}`;
}

export function parseTile(key: string): TileAddress | null {
  const [z, x, y] = key.split('/').map(Number);
  return z === undefined || x === undefined || y === undefined || [z, x, y].some((n) => !Number.isInteger(n))
    ? null
    : { z, x, y };
}

/** The tiles of one zoom that cover a box in degrees. */
export function covering(box: readonly [number, number, number, number], z: number): TileAddress[] {
  const n = 2 ** z;
  const clamp = (v: number) => Math.min(n - 1, Math.max(0, Math.floor(v)));
  const column = (lon: number) => clamp(((lon + 180) / 360) * n);
  const row = (lat: number) => {
    const s = Math.sin((lat * Math.PI) / 180);
    return clamp((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * n);
  };
  const tiles: TileAddress[] = [];
  for (let x = column(box[0]); x <= column(box[2]); x++) {
    for (let y = row(box[3]); y <= row(box[1]); y++) tiles.push({ z, x, y });
  }
  return tiles;
}

export type TileFetch = Readonly<{
  /** For the sources of this map only. */
  scheme: string;
  base: string;
  /** What was heard last: how many changes, and up to which cursor. */
  heard: () => Readonly<{ count: number; cursor: string }>;
  onTile: (path: string, count: number) => void;
  stored?: StoredTiles | undefined;
}>;

/** Tiles kept on this machine, for when the service cannot be reached. */
export type StoredTiles = Readonly<{
  /** Nobody is to be asked. */
  offline: () => boolean;
  /** Null: not kept. */
  tile: (at: TileAddress) => Promise<ArrayBuffer | null>;
}>;

/** A service that takes longer is as good as none where tiles are kept. */
const patienceMs = 8000;

/** Serves URLs of a scheme of our own through fetch. Gives what undoes it. */
export function serveTiles(o: TileFetch): () => void {
  addProtocol(o.scheme, async (request, abort) => {
    const path = request.url.slice(`${o.scheme}://`.length);
    const kept = async () => {
      const at = parseTile(/(\d+\/\d+\/\d+)\.mvt$/.exec(path)?.[1] ?? '');
      return (at && (await o.stored?.tile(at).catch(() => null))) ?? null;
    };
    const early = o.stored?.offline() ? await kept() : null;
    const data = early ?? (await fetchTile(o, path, abort.signal).catch(async (error: unknown) => {
      const late = abort.signal.aborted ? null : await kept();
      if (late === null) throw error;
      return late;
    }));
    return { data };
  });
  return () => removeProtocol(o.scheme);
}

async function fetchTile(o: TileFetch, path: string, abort: AbortSignal): Promise<ArrayBuffer> {
  const { count, cursor } = o.heard();
  const url = new URL(path, o.base);
  const signal = o.stored ? endingAfter(patienceMs, abort) : abort;
  // What was seen before is better than nothing, and asks nobody.
  const cache: RequestInit = o.stored?.offline() ? { cache: 'only-if-cached', mode: 'same-origin' } : { cache: 'no-cache' };
  let answer = await fetch(url, { ...cache, headers: cursor === '' ? {} : { 'Yiping-Min-Cursor': cursor }, signal });
  // The node has not caught up within its second: an older tile beats none,
  // and the changes kept beside it stay until a newer one is in.
  const late = answer.status === 503 && cursor !== '';
  if (late) answer = await fetch(url, { cache: 'no-cache', signal });
  if (!answer.ok) throw new Error(`tile ${path}: ${answer.status}`);
  const data = await answer.arrayBuffer();
  o.onTile(path, late ? -1 : count);
  return data;
}

function endingAfter(ms: number, signal: AbortSignal): AbortSignal {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    ending.abort();
  });
  return ending.signal;
}
