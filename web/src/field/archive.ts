// A district's tiles in one file, kept on the phone in pieces, so that a broken
// download goes on where it ended and the map reads just the pieces it needs.

import type { RangeResponse, Source } from 'pmtiles';

export const pieceBytes = 1 << 20;

/** What is kept of an archive: which version, how large, whether all of it is there. */
export type Manifest = Readonly<{ etag: string; bytes: number; whole: boolean; at: string | null }>;

export type Progress = Readonly<{ bytes: number; of: number }>;

/** The archive is still being made; it is worth asking again. */
export class InTheMaking extends Error {}

/** Another version took its place while it was fetched. */
class Replaced extends Error {}

const patience = 24;
const makingPauseMs = 5000;

/** Where pieces are kept. */
export interface Pieces {
  get(key: string): Promise<Blob | null>;
  put(key: string, piece: Blob): Promise<void>;
  has(key: string): Promise<boolean>;
  manifest(): Promise<Manifest | null>;
  keep(manifest: Manifest): Promise<void>;
  clear(): Promise<void>;
}

export type Fetching = Readonly<{
  url: string;
  at: string | null;
  pieces: Pieces;
  signal: AbortSignal;
  told: (progress: Progress | 'making') => void;
  fetcher?: typeof fetch;
  pause?: (ms: number) => Promise<void>;
}>;

function pieceKey(n: number): string {
  return String(n);
}

/** Brings an archive onto the phone, from the piece on at which it was broken off. */
export async function fetchArchive(f: Fetching): Promise<Manifest> {
  for (let again = 0; ; again++) {
    try {
      return await fetchVersion(f);
    } catch (error) {
      if (!(error instanceof Replaced) || again > 2) throw error;
      await f.pieces.clear();
    }
  }
}

async function fetchVersion(f: Fetching): Promise<Manifest> {
  let manifest = await f.pieces.manifest();
  manifest ??= await fetchFirst(f);
  const count = Math.ceil(manifest.bytes / pieceBytes);
  for (let n = 0; n < count; n++) {
    f.told({ bytes: Math.min(n * pieceBytes, manifest.bytes), of: manifest.bytes });
    if (await f.pieces.has(pieceKey(n))) continue;
    const answer = await ask(f, n, manifest.etag);
    const piece = await answer.blob();
    const want = Math.min(pieceBytes, manifest.bytes - n * pieceBytes);
    if (piece.size !== want) throw new Error(`piece ${n} has ${piece.size} of ${want} bytes`);
    await f.pieces.put(pieceKey(n), piece);
  }
  f.told({ bytes: manifest.bytes, of: manifest.bytes });
  const whole = { ...manifest, whole: true };
  await f.pieces.keep(whole);
  return whole;
}

/** The first piece tells version and size; it is waited for while the file is made. */
async function fetchFirst(f: Fetching): Promise<Manifest> {
  const answer = await askPatiently(f);
  const etag = answer.headers.get('ETag');
  const bytes = Number(/\/(\d+)$/.exec(answer.headers.get('Content-Range') ?? '')?.[1]);
  if (etag === null || !(bytes > 0)) throw new Error('the archive does not say its version or size');
  const manifest: Manifest = { etag, bytes, whole: false, at: f.at };
  await f.pieces.put(pieceKey(0), await answer.blob());
  await f.pieces.keep(manifest);
  return manifest;
}

async function askPatiently(f: Fetching): Promise<Response> {
  const pause = f.pause ?? ((ms: number) => paused(ms, f.signal));
  for (let tries = 1; ; tries++) {
    try {
      return await ask(f, 0, null);
    } catch (error) {
      if (!(error instanceof InTheMaking) || tries >= patience) throw error;
      f.told('making');
      await pause(makingPauseMs);
    }
  }
}

/** Ends early once nobody wants the archive any more. */
function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

async function ask(f: Fetching, n: number, etag: string | null): Promise<Response> {
  const headers: Record<string, string> = { Range: `bytes=${n * pieceBytes}-${(n + 1) * pieceBytes - 1}` };
  if (etag !== null) headers['If-Match'] = etag;
  const answer = await (f.fetcher ?? fetch)(f.url, { headers, cache: 'no-store', signal: f.signal });
  if (answer.status === 503) throw new InTheMaking();
  if (answer.status === 412 || (etag !== null && answer.ok && answer.headers.get('ETag') !== etag)) throw new Replaced();
  if (answer.status !== 206) throw new Error(`archive: ${answer.status}`);
  return answer;
}

/** Reads bytes of an archive out of its pieces, as the pmtiles library asks for them. */
export class PiecesSource implements Source {
  constructor(
    private readonly pieces: Pieces,
    private readonly manifest: Manifest,
  ) {}

  getKey(): string {
    return this.manifest.etag;
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    const end = Math.min(offset + length, this.manifest.bytes);
    const parts: Blob[] = [];
    for (let n = Math.floor(offset / pieceBytes); n * pieceBytes < end; n++) {
      const piece = await this.pieces.get(pieceKey(n));
      if (!piece) throw new Error(`piece ${n} of the archive is gone`);
      parts.push(piece.slice(Math.max(0, offset - n * pieceBytes), end - n * pieceBytes));
    }
    return { data: await new Blob(parts).arrayBuffer(), etag: this.manifest.etag };
  }
}
