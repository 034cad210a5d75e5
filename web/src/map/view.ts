// The map of the wall: draws a district, follows the live stream, answers clicks.

import { Map as GlMap, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Feature, Geometry, Position } from 'geojson';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { LayerInfo } from '../kit/api';
import type { Bounds } from '../kit/overview';
import type { Point } from '../kit/read';
import type { Change } from '../kit/live';
import type { Theme } from '../kit/tokens';
import type { Lang } from '../kit/words';
import { PendingChanges, pendingOf } from './changes';
import type { Box } from './boxes';
import { addIcons } from './icons';
import { Names } from './names';
import { Paint, type FeaturePaint } from './paint';
import type { Placement } from './place';
import type { Past } from './past';
import { clusterSuffix, focusSource, litLayers, maskSource, namesSource, overlaySource } from './sources';
import { buildStyle, cityMaxZoom } from './style';
import { covering, parseTile, serveTiles, TileAges, type StoredTiles, type TileAddress } from './tiles';

setWorkerUrl(workerUrl);

export type Padding = Readonly<{ top: number; bottom: number; left: number; right: number }>;

/** What the map is asked to show. All of it may change while it runs. */
export type Look = Readonly<{
  theme: Theme;
  lang: Lang;
  scale: number;
  district: string;
  fewYellow: boolean;
  /** The layers of the city that the reader may see. */
  core: readonly string[];
  extra: readonly LayerInfo[];
  /** What is kept clear of around the district and around a feature; that of the wall when absent. */
  padding?: Readonly<{ overview: Padding; detail: Padding }>;
  /** The last zoom that is asked for; what is kept on a phone ends earlier. */
  tileZoom?: number;
}>;

export type Outline = Readonly<Record<string, unknown>>;

export type MapEvents = Readonly<{
  onPick: (layer: string, id: number) => void;
  /** The view moved: what is laid over the map must follow. */
  onMove: () => void;
  onError: (message: string) => void;
  /** A light changed at a place on the map. */
  onRing: (point: Point) => void;
  /** What lies over the map now, in pixels of its container. */
  covered: () => readonly Box[];
  /** For so many red lights in view there is no room to name them. */
  onUnnamed: (count: number) => void;
  stored?: StoredTiles;
}>;

const scheme = 'yiping';
const detailZoom = 14.5;
const refetchPauseMs = 400;

/** Whether this browser can draw the map at all. */
export function hasWebGL2(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

export class CityMap {
  readonly gl: GlMap;
  private readonly ages = new TileAges();
  private readonly pending = new PendingChanges();
  private readonly stopTiles: () => void;
  private heard = 0;
  private cursor = '';
  private outline: Outline | null = null;
  /** Tiles to fetch anew; null: all of them. */
  private due: Set<string> | null = new Set();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly paint = new Paint(this.pending, (layer, id, state) => this.state(layer, id, state));
  private rings: readonly Point[] = [];
  private readonly names: Names;
  /** What lay over the map when names were last put. */
  private coveredBy = '';

  constructor(
    container: HTMLElement,
    base: string,
    private look: Look,
    bounds: Bounds,
    private readonly events: MapEvents,
  ) {
    this.stopTiles = serveTiles({
      scheme,
      base,
      heard: () => ({ count: this.heard, cursor: this.cursor }),
      onTile: (path, count) => this.tileArrived(path, count),
      stored: events.stored,
    });
    this.gl = new GlMap({
      container,
      style: buildStyle({ ...look, scheme }),
      bounds: [bounds[0], bounds[1], bounds[2], bounds[3]],
      fitBoundsOptions: overviewOf(look),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // No tile is kept out of view: what is kept could be older than a change
      // already forgotten here. The HTTP cache answers with 304.
      maxTileCacheSize: 0,
      fadeDuration: 0,
      refreshExpiredTiles: false,
      maxZoom: 19,
    });
    this.names = new Names(this.gl);
    this.gl.touchZoomRotate.disableRotation();
    this.gl.keyboard.disableRotation();
    this.listen();
  }

  private listen(): void {
    const { gl, events } = this;
    gl.on('style.load', () => {
      addIcons(gl, this.look.theme, this.look.scale);
      this.restate();
    });
    gl.once('idle', () => {
      document.documentElement.dataset.mapIdle = '1';
    });
    gl.on('idle', () => {
      this.settle();
      this.names.read(this.look);
      this.nameReds();
    });
    gl.on('move', events.onMove);
    gl.on('error', ({ error }) => events.onError(error.message));
    gl.on('click', (event) => this.click(event));
    gl.on('mousemove', (event) => {
      gl.getCanvas().style.cursor = this.clusterAt(event) || this.featureAt(event) ? 'pointer' : '';
    });
    gl.getCanvas().setAttribute('aria-hidden', 'true'); // the lists at both sides tell the same
    gl.getCanvas().tabIndex = -1;
  }

  /** Redraws for another theme, language, scale, district or set of layers. */
  relook(look: Look): void {
    const before = this.look;
    this.look = look;
    if (before.theme !== look.theme || before.scale !== look.scale) addIcons(this.gl, look.theme, look.scale);
    this.gl.setStyle(buildStyle({ ...look, scheme }), { diff: true });
    this.restate();
  }

  /** The whole district, clear of the rails. */
  overview(bounds: Bounds, animate: boolean): void {
    this.gl.fitBounds([bounds[0], bounds[1], bounds[2], bounds[3]], { ...overviewOf(this.look), duration: animate ? this.duration(600) : 0 });
  }

  /** One feature, beside the card. */
  detail(point: Point): void {
    const s = this.look.scale;
    const padding = this.look.padding?.detail ?? { top: 0, bottom: 0, left: 120 * s, right: 664 * s };
    this.gl.easeTo({ center: [point[0], point[1]], zoom: detailZoom + Math.log2(s), padding, duration: this.duration(900) });
  }

  /** Dims everything outside the district in focus. */
  mask(outline: Outline | null): void {
    this.outline = outline;
    this.drawMask();
  }

  private drawMask(): void {
    const source = this.gl.getSource<GeoJSONSource>(maskSource);
    if (!source) return;
    source.setData({ type: 'FeatureCollection', features: outside(this.outline) });
  }

  /** Marks the feature the card is about; its own name is drawn by the page. */
  pick(layer: string, id: number): void {
    this.paint.pick({ layer, id });
    this.drawOverlay();
  }

  unpick(): void {
    this.paint.pick(null);
    this.drawOverlay();
  }

  /** Shows the lights of another day, or today's again; no tile is fetched for it. */
  lookBack(past: Past | null): void {
    this.paint.lookBack(past);
    this.drawOverlay();
  }

  /** Rings what a number on the rails stands for. */
  focus(points: readonly Point[]): void {
    this.rings = points;
    this.drawFocus();
  }

  /** Shows a change of the live stream: lights in the next frame, tiles only where named. */
  apply(change: Change): void {
    this.heard++;
    this.cursor = change.cursor;
    for (const f of change.features) {
      // What is the same to look at waits for its tile, if it has one.
      if (!litLayers.includes(f.layer) || (f.was === f.light && !f.gone && !this.pending.has(f.layer, f.id))) continue;
      const pending = pendingOf(f, this.heard, this.look.lang);
      this.pending.put(pending);
      this.paint.repaint(f.layer, f.id);
      if (!this.paint.past && f.point && !f.gone && f.was !== null && f.was !== f.light) this.events.onRing(f.point);
    }
    this.drawOverlay();
    if (change.tiles === 'all' || this.pending.full) this.refetchSoon(null);
    else if (change.tiles.length > 0) this.refetchSoon(change.tiles);
  }

  /** Everything may have changed: all tiles are fetched anew. */
  reload(cursor: string): void {
    this.heard++;
    this.cursor = cursor;
    this.ages.clear();
    this.refetchSoon(null);
  }

  /** Code of the district in focus. */
  get district(): string {
    return this.look.district;
  }

  get pendingCount(): number {
    return this.pending.all.length;
  }

  /** Where the names of the red lights were put. */
  get named(): Placement {
    return this.names.placement;
  }

  /** Ground metres of one page pixel at the centre of the map. */
  metresPerPixel(): number {
    const { lat } = this.gl.getCenter();
    return (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** this.gl.getZoom());
  }

  /** The place in the middle of the map as it is seen, whatever padding it keeps clear. */
  middle(): Point {
    const { clientWidth, clientHeight } = this.gl.getContainer();
    const { lng, lat } = this.gl.unproject([clientWidth / 2, clientHeight / 2]);
    return [lng, lat];
  }

  project(point: Point): { x: number; y: number } {
    return this.gl.project([point[0], point[1]]);
  }

  remove(): void {
    clearTimeout(this.timer);
    this.stopTiles();
    this.gl.remove();
  }

  /** Feature state hangs on every source layer that draws the feature. */
  private state(layer: string, id: number, state: FeaturePaint | null): void {
    if (!this.gl.getSource('city')) return;
    for (const sourceLayer of [layer, `${layer}_label`]) {
      const target = { source: 'city', sourceLayer, id };
      if (state) this.gl.setFeatureState(target, state);
      else this.gl.removeFeatureState(target);
    }
  }

  private restate(): void {
    this.paint.repaintAll();
    this.drawOverlay();
    this.drawFocus();
    this.drawMask();
    this.drawNames(this.events.covered());
  }

  private drawOverlay(): void {
    this.gl.getSource<GeoJSONSource>(overlaySource)?.setData({ type: 'FeatureCollection', features: this.paint.overlay(this.look.district) });
    this.nameReds();
  }

  private drawFocus(): void {
    const features = this.rings.map((at): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [...at] } }));
    this.gl.getSource<GeoJSONSource>(focusSource)?.setData({ type: 'FeatureCollection', features });
  }

  private tileArrived(path: string, count: number): void {
    const city = `tiles/${this.look.core.join(',')}/`;
    if (path.startsWith(city)) this.ages.set(path.slice(city.length).replace(/\.mvt$/, ''), count);
  }

  /** The map is at rest: what its tiles show by now need not be kept beside them. */
  private settle(): void {
    if (this.pendingCount === 0) return;
    const done = this.pending.settle(this.ages.common(this.tilesInView()));
    if (done.length === 0) return;
    for (const p of done) this.paint.repaint(p.layer, p.id);
    this.drawOverlay();
  }

  private tilesInView(): TileAddress[] {
    const b = this.gl.getBounds();
    const z = Math.min(this.look.tileZoom ?? cityMaxZoom, Math.floor(this.gl.getZoom()));
    return covering([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], z);
  }

  /** Fetches tiles anew, those of a burst of changes together. */
  private refetchSoon(tiles: readonly string[] | null): void {
    if (tiles === null || this.due === null) this.due = null;
    else for (const key of tiles) this.due.add(key);
    this.timer ??= setTimeout(() => this.refetch(), refetchPauseMs);
  }

  private refetch(): void {
    const named = this.due === null ? undefined : [...this.due].flatMap((key) => parseTile(key) ?? []);
    this.due = new Set();
    this.timer = undefined;
    for (const source of ['city', ...this.look.extra.map((l) => `extra-${l.id}`)]) {
      if (this.gl.getSource(source)) this.gl.refreshTiles(source, named);
    }
  }

  /** Puts the names of the red lights where there is room for them now. */
  nameReds(): void {
    if (this.gl.isMoving() || !this.gl.getSource(namesSource)) return;
    const covered = this.events.covered();
    const changed = this.names.place(this.look, covered, this.paint.named(this.look.district, this.look.lang), (layer, id) => this.paint.unnamed(layer, id));
    const key = JSON.stringify(covered);
    if (!changed && key === this.coveredBy) return;
    this.coveredBy = key;
    this.drawNames(covered);
    this.events.onUnnamed(this.names.placement.unnamed);
  }

  private drawNames(covered: readonly Box[]): void {
    this.gl.getSource<GeoJSONSource>(namesSource)?.setData({ type: 'FeatureCollection', features: this.names.features(covered) });
  }

  private click(event: MapMouseEvent): void {
    const cluster = this.clusterAt(event);
    if (cluster) {
      this.gl.easeTo({ center: cluster, zoom: Math.floor(this.gl.getZoom()) + 2, duration: this.duration(600) });
      return;
    }
    const found = this.featureAt(event);
    if (found) this.events.onPick(found.layer, found.id);
  }

  /** Where the cluster under the pointer has its foremost member; null without one. */
  private clusterAt(event: MapMouseEvent): [number, number] | null {
    for (const f of this.gl.queryRenderedFeatures(event.point)) {
      if (!f.sourceLayer?.endsWith(clusterSuffix) || f.geometry.type !== 'Point') continue;
      return [f.geometry.coordinates[0] ?? 0, f.geometry.coordinates[1] ?? 0];
    }
    return null;
  }

  /** What lies under the pointer: marks before lines, lines before areas, the nearest mark first. */
  private featureAt(event: MapMouseEvent): { layer: string; id: number } | null {
    const r = 10 * this.look.scale;
    const { x, y } = event.point;
    let best: { layer: string; id: number } | null = null;
    let least = Infinity;
    for (const f of this.gl.queryRenderedFeatures([[x - r, y - r], [x + r, y + r]])) {
      const overlay = f.source === overlaySource || f.source === namesSource;
      const layer = overlay ? String(f.properties.layer) : (f.sourceLayer ?? '').replace(/_label$/, '');
      const id = Number(overlay ? f.properties.feature : f.id);
      if (!litLayers.includes(layer) || !Number.isSafeInteger(id) || !this.lit(f.layer.id, layer)) continue;
      const far = this.distance(f.geometry, x, y);
      if (far < least) [best, least] = [{ layer, id }, far];
    }
    return best;
  }

  private distance(geometry: Geometry, x: number, y: number): number {
    if (geometry.type === 'Point') {
      const at = this.gl.project([geometry.coordinates[0] ?? 0, geometry.coordinates[1] ?? 0]);
      return Math.hypot(at.x - x, at.y - y);
    }
    return geometry.type.endsWith('LineString') ? 1e6 : 1e7;
  }

  /** Grey streets and plain rivers are ground, not things to open. */
  private lit(styleLayer: string, layer: string): boolean {
    return !(layer === 'street' && /^street-(\d|name)/.test(styleLayer)) && !/^river(-great|-name|_section-green)?$/.test(styleLayer);
  }

  private duration(ms: number): number {
    return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms;
  }
}

/** How a district is fitted in. The map keeps the padding it was last given, that of
    a card's detail for one: absolute, since the two would add up otherwise. */
function overviewOf({ padding, scale }: Look): { padding: Padding; absolutePadding: true; linear: true } {
  const wall = { top: 112 * scale, bottom: 212 * scale, left: (444 + 44) * scale, right: (476 + 44) * scale };
  return { padding: padding?.overview ?? wall, absolutePadding: true, linear: true };
}

/** The world with the district cut out of it. */
function outside(outline: Outline | null): Feature[] {
  const polygons = outline?.type === 'Polygon' ? [outline.coordinates] : outline?.type === 'MultiPolygon' ? outline.coordinates : [];
  const shells = (polygons as Position[][][]).flatMap((p) => (p[0] ? [p[0]] : []));
  if (shells.length === 0) return [];
  const world: Position[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
  return [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [world, ...shells] } }];
}

