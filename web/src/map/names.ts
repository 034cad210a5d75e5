// The names of the red lights on the map: which there are, where they are put
// after each rest of the camera and each change of a light, and how they are drawn.

import type { Feature } from 'geojson';
import type { FilterSpecification, Map as GlMap } from 'maplibre-gl';
import { words, type Lang } from '../kit/words';
import { meet, square, type Box } from './boxes';
import { markSizes, nameSizes } from './pen';
import { placeNames, type Label, type Placement } from './place';
import { clusterSuffix, namedLayers } from './sources';
import { mostRows, unnamed, type Red, type Type } from './texts';

type LonLat = readonly [lon: number, lat: number];

/** A red to be named, where it is on the ground. */
export type NamedRed = Readonly<{ layer: string; id: number; name: string; status: string; at: LonLat }>;

export type NamesLook = Readonly<{ lang: Lang; scale: number; district: string }>;

const none: Placement = { labels: [], unnamed: 0 };

export class Names {
  placement: Placement = none;
  private zoom = NaN;
  private inTiles: readonly NamedRed[] = [];
  private yellow: readonly LonLat[] = [];
  private others: readonly LonLat[] = [];
  /** Reds that stand behind others in a cluster, and where. */
  private clustered: readonly Readonly<{ at: LonLat; red: number }>[] = [];
  /** What the names were last put for. */
  private from = '';

  constructor(private readonly gl: GlMap) {}

  /** Reads anew what the tiles say. */
  read(look: NamesLook): void {
    const focus: FilterSpecification = ['any', ['!', ['has', 'district']], ['==', ['get', 'district'], look.district]];
    const found = new Map<string, NamedRed>();
    const marks: Record<'yellow' | 'others', LonLat[]> = { yellow: [], others: [] };
    for (const [layer, sourceLayer] of namedLayers) {
      for (const f of this.gl.querySourceFeatures('city', { sourceLayer, filter: focus })) {
        const sites = pointsOf(f);
        if (f.properties.light !== 'red') marks[f.properties.light === 'yellow' ? 'yellow' : 'others'].push(...(layer === 'project' ? sites : []));
        else for (const at of sites) found.set(`${layer}/${f.id}/${at.join()}`, { layer, id: Number(f.id), name: nameOf(f.properties.name), status: statusOf(layer, f.properties.goal_outcome, look.lang), at });
      }
    }
    this.inTiles = [...found.values()];
    this.yellow = marks.yellow;
    this.others = marks.others;
    this.clustered = this.clusters();
  }

  private clusters(): Readonly<{ at: LonLat; red: number }>[] {
    const found = new Map<string, Readonly<{ at: LonLat; red: number }>>();
    for (const layer of new Set(namedLayers.map(([name]) => name))) {
      for (const f of this.gl.querySourceFeatures('city', { sourceLayer: layer + clusterSuffix })) {
        const [at] = pointsOf(f);
        if (at) found.set(`${layer}/${f.id}`, { at, red: Number(f.properties.red ?? 0) });
      }
    }
    return [...found.values()].filter((c) => c.red > 0);
  }

  /** Places the names and tells whether anything changed. also: reds that the tiles do
      not name; hidden: those in the tiles that are not to be named. */
  place(look: NamesLook, covered: readonly Box[], also: readonly NamedRed[], hidden: (layer: string, id: number) => boolean): boolean {
    const { clientWidth, clientHeight } = this.gl.getContainer();
    const room: Box = { x0: 0, y0: 0, x1: clientWidth, y1: clientHeight };
    const reds = this.seen([...also.map((r) => ({ ...r, name: nameOf(r.name) })), ...this.inTiles.filter((r) => !hidden(r.layer, r.id))], room, covered);
    const zoom = this.gl.getZoom();
    const type = typeOf(look, zoom);
    const before = Math.abs(zoom - this.zoom) < 1e-6 ? this.placement : null;
    const shown = ([lon, lat]: LonLat) => {
      const { x, y } = this.gl.project([lon, lat]);
      return meet(square(x, y, 1), room);
    };
    const clustered = this.clustered.reduce((sum, c) => sum + (shown(c.at) ? c.red : 0), 0);
    const from = JSON.stringify([reds, clustered, covered, type, room]);
    if (before !== null && from === this.from) return false;
    const half = (markSizes.yellow.at(zoom, look.scale) / 2) * 0.9;
    const boxes = (marks: readonly LonLat[]) => (reds.length === 0 ? [] : marks.map((at) => this.gl.project([at[0], at[1]])).map(({ x, y }) => square(x, y, half)).filter((b) => meet(b, room)));
    const placed = placeNames(reds, { room, covered, yellow: boxes(this.yellow), others: boxes(this.others) }, type, before);
    this.placement = { ...placed, unnamed: placed.unnamed + clustered };
    this.from = from;
    this.zoom = zoom;
    return true;
  }

  /** Each once, where it is seen: at its northernmost site. */
  private seen(reds: readonly NamedRed[], room: Box, covered: readonly Box[]): Red[] {
    const found = new Map<string, Red>();
    for (const { layer, id, name, status, at } of reds) {
      const key = `${layer}/${id}`;
      const { x, y } = this.gl.project([at[0], at[1]]);
      const before = found.get(key);
      const point = square(x, y, 1);
      if (name === '' || !meet(point, room) || covered.some((c) => meet(point, c)) || (before && (before.y < y || (before.y === y && before.x <= x)))) continue;
      found.set(key, { key, x, y, name, status });
    }
    return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** As the style draws them. */
  features(covered: readonly Box[]): Feature[] {
    const ground = (x: number, y: number) => this.gl.unproject([x, y]).toArray();
    const labels = this.placement.labels.flatMap((l): Feature[] => {
      const [red] = l.reds;
      if (!red) return [];
      const at = ground(...anchorOf(l, red));
      const [layer, id] = red.key.split('/');
      const properties = { is: 'name', layer, feature: Number(id), side: l.side, list: l.text.list, ...textsOf(l) };
      const lines = l.leaders.map((line): Feature => ({ type: 'Feature', properties: { is: 'leader' }, geometry: { type: 'LineString', coordinates: [ground(...line.from), ground(...line.to)] } }));
      return [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: at } }, ...lines];
    });
    const taken = [...covered, ...this.placement.labels.map((l) => l.box)];
    return [...labels, ...taken.flatMap(squares).map(([x, y, side]): Feature => ({ type: 'Feature', properties: { is: 'cover', side }, geometry: { type: 'Point', coordinates: ground(x, y) } }))];
  }
}

/** What a text stays with: its mark, or the middle of the edge at its own place. */
function anchorOf({ box, side }: Label, red: Red): [number, number] {
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
  switch (side) {
    case 'begins':
      return [box.x0, y];
    case 'ends':
      return [box.x1, y];
    case 'over':
      return [x, box.y1];
    case 'under':
      return [x, box.y0];
    default:
      return [red.x, red.y];
  }
}

/** name0, status0, name1 …: an expression cannot make a text of a list. */
function textsOf(label: Label): Record<string, string> {
  const texts: Record<string, string> = {};
  for (let n = 0; n <= mostRows; n++) [texts[`name${n}`], texts[`status${n}`]] = label.text.pairs[n] ?? ['', ''];
  return texts;
}

/** Squares that fill a box, but for strips too narrow for a name: their middles and
    side. They do not meet, so that each keeps names away. */
function squares(b: Box): [number, number, number][] {
  const [w, h] = [b.x1 - b.x0, b.y1 - b.y0];
  const side = Math.min(w, h);
  if (side <= 0) return [];
  const along = (from: number, length: number) => {
    const n = Math.floor(length / side);
    return Array.from({ length: n }, (_, i) => from + ((i + 0.5) * length) / n);
  };
  return along(b.y0, h).flatMap((y) => along(b.x0, w).map((x): [number, number, number] => [x, y, side]));
}

function pointsOf(f: Pick<Feature, 'geometry'>): LonLat[] {
  const point = (c: readonly number[]) => [c[0] ?? 0, c[1] ?? 0] as const;
  if (f.geometry.type === 'Point') return [point(f.geometry.coordinates)];
  return f.geometry.type === 'MultiPoint' ? f.geometry.coordinates.map(point) : [];
}

function nameOf(name: unknown): string {
  return typeof name === 'string' ? name.split(unnamed)[0] ?? '' : '';
}

function statusOf(layer: string, outcome: unknown, lang: Lang): string {
  const w = words[lang].redStatus;
  return outcome === '停止' ? w.stopped : outcome === '无法完成' ? w.failed : layer === 'river_section' ? w.river : w.behind;
}

let pen: CanvasRenderingContext2D | null = null;

/** Measured as the map writes: character by character in the fonts of this page. */
function typeOf(look: NamesLook, zoom: number): Type {
  pen ??= document.createElement('canvas').getContext('2d');
  const em = 24;
  const ems = (text: string, bold: boolean) => {
    if (!pen) return text.length;
    pen.font = `${bold ? 700 : 400} ${em}px Barlow, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif`;
    return pen.measureText(text).width / em;
  };
  return { size: nameSizes.at(zoom, look.scale), mark: markSizes.red.at(zoom, look.scale) / 2, ems, ofAll: words[look.lang].ofAll };
}
