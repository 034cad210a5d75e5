// What every part of the style is written with: design pixels, design zooms, the
// words for a light.

import type { ExpressionSpecification, FilterSpecification } from 'maplibre-gl';
import type { LayerInfo } from '../kit/api';
import type { Mark } from '../kit/lights';
import { tokens, type Theme, type Tokens } from '../kit/tokens';
import type { Lang } from '../kit/words';

export type StyleOptions = Readonly<{
  theme: Theme;
  lang: Lang;
  /** Page pixels per design pixel; 2 on a 3840 × 2160 wall. */
  scale: number;
  /** Code of the district in focus. */
  district: string;
  scheme: string;
  /** So few yellow lights that each can bear its name at overview. */
  fewYellow: boolean;
  /** Imported layers to draw besides the core ones. */
  core: readonly string[];
  extra: readonly LayerInfo[];
  tileZoom?: number;
}>;

export type Expression = ExpressionSpecification;

/** A size by design zoom, both in design pixels. */
export class Sizes {
  constructor(readonly stops: [number, number][]) {}

  /** In page pixels at a zoom of the map, as it interpolates. */
  at(zoom: number, scale: number): number {
    const z = zoom - Math.log2(scale);
    const next = this.stops.findIndex(([stop]) => stop > z);
    const [from, to] = [this.stops.at(next < 0 ? -1 : Math.max(0, next - 1)), this.stops.at(next)];
    if (!from || !to) return 0;
    const share = to[0] === from[0] ? 0 : (z - from[0]) / (to[0] - from[0]);
    return (from[1] + (to[1] - from[1]) * share) * scale;
  }
}

/** Of a red name; its status is smaller. */
export const nameSizes = new Sizes([[9, 18], [12, 23], [14, 24]]);
export const markSizes = {
  red: new Sizes([[9, 22], [11, 26], [12.3, 30], [14, 26]]),
  yellow: new Sizes([[9, 10], [11, 12], [12.3, 18], [14, 23]]),
};

/** The light of a feature, newest word first: what the live stream said, else the tile. */
export const light: Expression = ['coalesce', ['feature-state', 'light'], ['get', 'light'], 'none'];

const tileMark: Expression = [
  'case',
  ['all', ['==', ['get', 'light'], 'red'], ['==', ['coalesce', ['get', 'goal_outcome'], ''], '停止']],
  'stopped',
  ['coalesce', ['get', 'light'], 'none'],
];
export const mark: Expression = ['coalesce', ['feature-state', 'mark'], tileMark];

/** Opaque where the light is this one. Every light has a layer of its own holding
 * every feature, so that a change of light is a change of paint: one frame, no tile. */
export function when(value: Expression, is: Mark, opacity = 1): Expression {
  return ['case', ['==', value, is], opacity, 0];
}

export const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
export const butt = { 'line-cap': 'butt', 'line-join': 'round' } as const;
export const always = true as unknown as FilterSpecification;
export const pointsOnly = ofKind('Point');

/** Single or multi. */
export function ofKind(kind: 'Point' | 'LineString' | 'Polygon'): FilterSpecification {
  return ['in', ['geometry-type'], ['literal', [kind, `Multi${kind}`]]] as unknown as FilterSpecification;
}

/** Writes layers in design pixels and design zooms. */
export class Pen {
  readonly t: Tokens;
  private readonly shift: number;

  constructor(protected readonly o: StyleOptions) {
    this.t = tokens[o.theme];
    this.shift = Math.log2(o.scale);
  }

  protected inFocus(): FilterSpecification {
    return ['any', ['!', ['has', 'district']], ['==', ['get', 'district'], this.o.district]];
  }

  protected nameHas(part: string): Expression {
    return ['in', part, ['coalesce', ['get', 'name'], '']];
  }

  protected halo(colour: string, width: number, ground = this.t.land): object {
    return { 'text-color': colour, 'text-halo-color': ground, 'text-halo-width': this.px(width / 2.4), 'text-halo-blur': this.px(0.4) };
  }

  protected px(v: number): number {
    return v * this.o.scale;
  }

  protected zoom(z: number): number {
    return z + this.shift;
  }

  /** From the overview (z 12) to the detail (z 14.5). */
  protected grow(overview: number, detail: number): Expression {
    return this.byZoom([[12, overview], [14.5, detail]]);
  }

  protected byZoom(stops: [number, number][]): Expression {
    return ['interpolate', ['linear'], ['zoom'], ...stops.flatMap(([z, v]) => [this.zoom(z), this.px(v)])] as unknown as Expression;
  }
}
