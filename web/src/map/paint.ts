// What is painted over the tiles: the day looked back at, else what the live
// stream said since they were drawn.

import type { Feature } from 'geojson';
import { pick as inLanguage, type Lang } from '../kit/words';
import type { PendingChanges } from './changes';
import type { NamedRed } from './names';
import type { Past } from './past';

type Picked = Readonly<{ layer: string; id: number }>;

/** The state of one feature. Null members leave it to the tile. */
export type FeaturePaint = Readonly<{ light: string | null; mark: string | null; unnamed: boolean }>;

/** Sets the state of one feature; null: what the tile says. */
export type SetState = (layer: string, id: number, state: FeaturePaint | null) => void;

export class Paint {
  past: Past | null = null;
  private picked: Picked | null = null;
  /** What has a state, so that only that is taken away. */
  private readonly painted = new Set<string>();

  constructor(
    private readonly pending: PendingChanges,
    private readonly set: SetState,
  ) {}

  pick(picked: Picked | null): void {
    const before = this.picked;
    this.picked = picked;
    if (before) this.repaint(before.layer, before.id);
    if (picked) this.repaint(picked.layer, picked.id);
  }

  lookBack(past: Past | null): void {
    const before = this.past;
    if (before === past) return;
    this.past = past;
    for (const [key, { layer, id }] of before?.lights ?? []) if (!past?.lights.has(key)) this.repaint(layer, id);
    this.repaintAll();
  }

  repaint(layer: string, id: number): void {
    const picked = this.picked?.layer === layer && this.picked.id === id;
    const state = this.past ? this.then(this.past, layer, id) : this.now(layer, id);
    this.put(layer, id, picked ? { light: state?.light ?? null, mark: state?.mark ?? null, unnamed: true } : state);
  }

  private put(layer: string, id: number, state: FeaturePaint | null): void {
    const key = `${layer}/${id}`;
    if (state) this.painted.add(key);
    else if (!this.painted.delete(key)) return;
    this.set(layer, id, state);
  }

  repaintAll(): void {
    for (const { layer, id } of this.past?.lights.values() ?? []) this.repaint(layer, id);
    for (const { layer, id } of this.pending.all) this.repaint(layer, id);
    if (this.picked) this.repaint(this.picked.layer, this.picked.id);
  }

  private now(layer: string, id: number): FeaturePaint | null {
    const p = this.pending.get(layer, id);
    if (!p) return null;
    const hidden = p.gone || p.fresh;
    return { light: hidden ? 'hidden' : p.light, mark: hidden ? 'hidden' : p.mark, unnamed: true };
  }

  /** What was not lit then has no light; what changed since the tiles is told by that day too. */
  private then(past: Past, layer: string, id: number): FeaturePaint | null {
    const p = past.lights.get(`${layer}/${id}`);
    const stale = this.pending.has(layer, id);
    if (p) return p.changed || stale ? { light: p.light, mark: p.mark, unnamed: p.changed } : null;
    return stale ? { light: 'none', mark: 'none', unnamed: true } : null;
  }

  /** New places, which are not in the tiles. */
  overlay(district: string): Feature[] {
    if (this.past) return [];
    return this.pending.all.flatMap((p): Feature[] => {
      if (!p.fresh || p.gone || !p.point || p.district !== district) return [];
      return [{ type: 'Feature', geometry: { type: 'Point', coordinates: [...p.point] }, properties: { layer: p.layer, feature: p.id, mark: p.mark } }];
    });
  }

  /** Whether the name in the tile is not the one to show. */
  unnamed(layer: string, id: number): boolean {
    return (this.past ? this.then(this.past, layer, id) : this.now(layer, id))?.unnamed === true || this.isPicked({ layer, id });
  }

  /** Reds that the tiles do not name; the page names the picked one itself. */
  named(district: string, lang: Lang): NamedRed[] {
    if (this.past) return this.past.reds.filter((r) => !this.isPicked(r)).map((r) => ({ ...r, status: inLanguage(r.status, lang), at: r.point }));
    return this.pending.all.flatMap((p) => (p.point && !p.gone && p.light === 'red' && p.district === district && !this.isPicked(p) ? [{ ...p, at: p.point }] : []));
  }

  private isPicked({ layer, id }: Picked): boolean {
    return this.picked?.layer === layer && this.picked.id === id;
  }
}
