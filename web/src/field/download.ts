// Takes a district along: its map in one file, and the card of every feature.

import type { Placed } from '../kit/nearby';
import { fetchArchive, type Manifest } from './archive';
import type { FieldModel } from './model';
import { CachePieces } from './pieces';
import { worst } from './order';
import type { Stock } from './state';

type Slot = Readonly<{ pieces: CachePieces; manifest: Manifest | null }>;

/** Requests at a time: a phone network bears few. */
const atOnce = 4;

export class Download {
  private abort: AbortController | null = null;
  /** The archive as it comes. */
  private taking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly model: FieldModel,
    private readonly tell: (stock: Partial<Stock>) => void,
  ) {}

  static get possible(): boolean {
    return typeof caches !== 'undefined';
  }

  /** Two places, so that the version kept is of use until the next is whole. */
  private async slots(district: string): Promise<readonly Slot[]> {
    const all = ['a', 'b'].map((slot) => new CachePieces(this.model.api.base, `${district}-${slot}`));
    return Promise.all(all.map(async (pieces) => ({ pieces, manifest: await pieces.manifest() })));
  }

  /** What is there of a district: the version that is whole, else what came of one. */
  async recall(district: string): Promise<void> {
    if (!Download.possible) return;
    const slots = await this.slots(district).catch(() => []);
    const found = slots.find((s) => s.manifest?.whole) ?? slots.find((s) => s.manifest) ?? null;
    if (this.model.state.district?.code === district) this.tell({ manifest: found?.manifest ?? null, pieces: found?.pieces ?? null });
  }

  /** Asks whether the service has another version than the one kept. */
  async look(): Promise<void> {
    const { district, stock } = this.model.state;
    if (!district || !stock.manifest?.whole) return;
    const archives = await this.model.api.archives().catch(() => []);
    const found = archives.find((a) => a.name === district.code);
    this.tell({ newer: found?.etag != null && found.etag !== stock.manifest.etag });
  }

  async start(): Promise<void> {
    const { district, features } = this.model.state;
    if (!district || this.abort) return;
    const abort = new AbortController();
    this.abort = abort;
    this.tell({ fault: null });
    try {
      await navigator.storage?.persist?.();
      const slots = await this.slots(district.code);
      // What came of a version goes on; beside a whole one the next is begun.
      const into = slots.find((s) => s.manifest && !s.manifest.whole) ?? slots.find((s) => !s.manifest);
      if (!into) throw new Error('both places are taken');
      const { pieces } = into;
      this.taking = fetchArchive({
        url: this.model.api.url(`archives/${district.code}.pmtiles`),
        at: district.date,
        pieces,
        signal: abort.signal,
        told: (progress) => this.tell({ progress }),
      });
      await this.taking;
      await Promise.all(slots.filter((s) => s !== into && s.manifest).map((s) => s.pieces.clear()));
      await this.recall(district.code);
      this.tell({ newer: false });
      await this.cards([...features.values()], abort.signal);
    } catch (error) {
      const full = error instanceof DOMException && error.name === 'QuotaExceededError';
      this.tell({ fault: full ? 'full' : abort.signal.aborted ? null : 'broken' });
    } finally {
      this.abort = null;
      this.tell({ progress: null, cards: null });
      await this.recall(district.code);
    }
  }

  /** Until nothing more is written. */
  async pause(): Promise<void> {
    this.abort?.abort();
    await this.taking.catch(() => undefined);
  }

  async remove(): Promise<void> {
    const { district, features } = this.model.state;
    if (!district) return;
    await this.pause();
    await Promise.all((await this.slots(district.code)).map((s) => s.pieces.clear()));
    await Promise.all([...features.keys()].map((key) => this.model.box.drop(`card/${key}`)));
    this.tell({ manifest: null, pieces: null, newer: false, fault: null });
  }

  /** Keeps the cards, those of what is wrong first. */
  private async cards(features: readonly Placed[], signal: AbortSignal): Promise<void> {
    const queue = features.filter((f) => f.layer === 'project' || f.light !== 'none').sort((a, b) => worst[a.light] - worst[b.light]);
    const of = queue.length;
    this.tell({ progress: null, cards: { done: 0, of } });
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        signal.throwIfAborted();
        await this.model.readCard(next);
        this.tell({ cards: { done: of - queue.length, of } });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }
}
