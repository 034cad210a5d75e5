// What is painted over the tiles: the day looked back at, else what the live
// stream said since they were drawn.

import type { Feature } from 'geojson';
import { pick as inLanguage, type Lang } from '../kit/words';
import type { PendingChanges } from './changes';
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

  /** New places and red names, which are not in the tiles; the page names the picked one itself. */
  overlay(district: string, lang: Lang): Feature[] {
    const other = (f: Picked) => f.layer !== this.picked?.layer || f.id !== this.picked.id;
    if (this.past) return this.past.reds.filter(other).map((r) => named(r, r.point, { status: inLanguage(r.status, lang), light: 'red', mark: 'red', fresh: false }));
    const shown = this.pending.all.filter((p) => p.point && !p.gone && p.district === district && (p.fresh || (p.light === 'red' && other(p))));
    return shown.map((p) => named(p, p.point ?? [0, 0], { status: p.status, light: p.light, mark: p.mark, fresh: p.fresh }));
  }
}

function named(f: { layer: string; id: number; name: string }, at: readonly [number, number], told: Record<string, unknown>): Feature {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: [...at] }, properties: { layer: f.layer, feature: f.id, name: f.name, ...told } };
}
