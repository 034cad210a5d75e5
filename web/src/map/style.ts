// The style of the wall map: one quiet grey ground on which only the lights have
// colour. Built from the tokens for a theme, a scale and a district in focus.

import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl';
import type { LayerInfo } from '../kit/api';
import type { Mark } from '../kit/lights';
import { tokens, type Theme, type Tokens } from '../kit/tokens';
import type { Lang } from '../kit/words';
import { iconSize, imageId } from './icons';

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
  extra: readonly LayerInfo[];
}>;

export const coreLayers = ['district', 'town', 'block', 'river_section', 'street', 'problem', 'project'] as const;

/** Layers whose light the map shows, with the source layers that carry it. */
export const litLayers: readonly string[] = ['project', 'problem', 'street', 'river_section', 'block'];

/** Where a city has this layer it is ground, not something to switch off. */
export const waterLayer = 'water';

export const overlaySource = 'overlay';
export const maskSource = 'mask';

type Expression = ExpressionSpecification;

const fonts = ['Barlow', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'sans-serif'];
const boldFonts = ['Barlow Bold', ...fonts];

/** The light of a feature, newest word first: what the live stream said, else the tile. */
const light: Expression = ['coalesce', ['feature-state', 'light'], ['get', 'light'], 'none'];

const tileMark: Expression = [
  'case',
  ['all', ['==', ['get', 'light'], 'red'], ['==', ['coalesce', ['get', 'goal_outcome'], ''], '停止']],
  'stopped',
  ['coalesce', ['get', 'light'], 'none'],
];
const mark: Expression = ['coalesce', ['feature-state', 'mark'], tileMark];

/** Opaque where the light is this one. Every light has a layer of its own holding
 * every feature, so that a change of light is a change of paint: one frame, no tile. */
function when(value: Expression, is: Mark, opacity = 1): Expression {
  return ['case', ['==', value, is], opacity, 0];
}

export function buildStyle(o: StyleOptions): StyleSpecification {
  const s = new Sheet(o);
  return {
    version: 8,
    sources: {
      city: {
        type: 'vector',
        tiles: [`${o.scheme}://tiles/${coreLayers.join(',')}/{z}/{x}/{y}.mvt`],
        minzoom: 6,
        maxzoom: 16,
      },
      ...Object.fromEntries(
        o.extra.map((l) => [
          `extra-${l.id}`,
          { type: 'vector' as const, tiles: [`${o.scheme}://tiles/${l.id}/{z}/{x}/{y}.mvt`], minzoom: 6, maxzoom: 16 },
        ]),
      ),
      [maskSource]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      [overlaySource]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': s.t.out } },
      ...s.land(),
      ...s.blocks(),
      ...s.water(),
      ...o.extra.flatMap((l) => s.extra(l)),
      ...s.streets(),
      ...s.mask(),
      ...s.boundaries(),
      ...s.greatRivers(),
      ...s.marks(),
      ...s.labels(),
      ...s.overlay(),
    ],
  };
}

/** Writes layers in design pixels and design zooms. */
class Sheet {
  readonly t: Tokens;
  private readonly shift: number;

  constructor(private readonly o: StyleOptions) {
    this.t = tokens[o.theme];
    this.shift = Math.log2(o.scale);
  }

  land(): LayerSpecification[] {
    return [
      {
        id: 'land',
        type: 'fill',
        source: 'city',
        'source-layer': 'district',
        filter: ['==', ['get', 'code'], this.o.district],
        paint: { 'fill-color': this.t.land },
      },
    ];
  }

  blocks(): LayerSpecification[] {
    const base = { source: 'city', 'source-layer': 'block', minzoom: this.zoom(10.5), filter: this.inFocus() } as const;
    const tint = this.o.theme === 'dark' ? 0.17 : 0.15;
    return [
      { id: 'block-green', type: 'fill', ...base, paint: { 'fill-color': this.t.green, 'fill-opacity': when(light, 'green', tint) } },
      { id: 'block-yellow', type: 'fill', ...base, paint: { 'fill-pattern': imageId('hatch', this.o.theme), 'fill-opacity': when(light, 'yellow', 0.8) } },
      { id: 'block-red', type: 'fill', ...base, paint: { 'fill-color': this.t.red, 'fill-opacity': when(light, 'red', 0.3) } },
      { id: 'block-gap', type: 'line', ...base, paint: { 'line-color': this.t.land, 'line-width': this.grow(1.5, 2.5), 'line-opacity': when(light, 'green') } },
      { id: 'block-none-line', type: 'line', ...base, paint: { 'line-color': this.t.none, 'line-width': this.px(1), 'line-dasharray': [2, 4], 'line-opacity': when(light, 'none', 0.55) } },
      { id: 'block-yellow-line', type: 'line', ...base, paint: { 'line-color': this.t.yellowEdge, 'line-width': this.px(2), 'line-opacity': when(light, 'yellow') } },
      { id: 'block-red-line', type: 'line', ...base, paint: { 'line-color': this.t.red, 'line-width': this.px(3), 'line-opacity': when(light, 'red') } },
    ];
  }

  water(): LayerSpecification[] {
    const base = { source: 'city', 'source-layer': 'river_section' } as const;
    return [
      { id: 'river', type: 'line', ...base, minzoom: this.zoom(9), layout: round, paint: { 'line-color': this.t.water, 'line-width': this.byZoom([[9, 0.6], [12, 1.6], [14, 4]]) }, filter: ['!', this.great()] as FilterSpecification },
    ];
  }

  /** Rivers that run along borders are drawn whole, not dimmed beyond them. */
  greatRivers(): LayerSpecification[] {
    return [
      {
        id: 'river-great',
        type: 'line',
        source: 'city',
        'source-layer': 'river_section',
        layout: round,
        filter: this.great() as FilterSpecification,
        paint: { 'line-color': this.t.water, 'line-width': this.byZoom([[9, 2], [12, 7], [14, 14], [16, 30]]) },
      },
      ...this.litLine('river_section', { greenFrom: 13 }),
    ];
  }

  private great(): Expression {
    return ['any', ...['苏州河', '黄浦江', '吴淞江', '闽江', '乌龙江'].map((name) => this.nameHas(name))] as unknown as Expression;
  }

  streets(): LayerSpecification[] {
    const base = { source: 'city', 'source-layer': 'street' } as const;
    const rank = (n: number): FilterSpecification => ['==', ['coalesce', ['get', 'rank'], 4], n];
    const grey = (n: number, colour: string, from: number, stops: [number, number][]): LayerSpecification => ({
      id: `street-${n}`,
      type: 'line',
      ...base,
      minzoom: this.zoom(from),
      filter: rank(n),
      layout: round,
      paint: { 'line-color': colour, 'line-width': this.byZoom(stops) },
    });
    return [
      grey(4, this.t.fabric, 12, [[12, 0.9], [14, 1.6], [16, 5]]),
      grey(3, this.t.fabric, 11, [[11, 0.9], [12, 1.4], [14, 2.4], [16, 7]]),
      grey(2, this.t.fabric, 10, [[10, 0.9], [12, 2.2], [14, 3.4], [16, 9]]),
      grey(1, this.t.metro, 9, [[9, 0.8], [12, 1.8], [14, 3.6], [16, 10]]),
      ...this.litLine('street', { greenFrom: 11.5 }),
    ];
  }

  /** Line features by light: style tells it as well as hue. */
  private litLine(layer: string, how: { greenFrom: number }): LayerSpecification[] {
    const base = { type: 'line', source: 'city', 'source-layer': layer, filter: this.inFocus(), layout: round } as const;
    const line = (is: Mark, minzoom: number, paint: object): LayerSpecification =>
      ({ id: `${layer}-${is}`, ...base, minzoom: this.zoom(minzoom), paint: { ...paint, 'line-opacity': when(light, is) } }) as LayerSpecification;
    return [
      line('green', how.greenFrom, { 'line-color': this.t.green, 'line-width': this.grow(3, 5) }),
      { ...line('yellow', 10, { 'line-color': this.t.yellowEdge, 'line-width': this.grow(4, 7), 'line-dasharray': [2.5, 1.25] }), layout: butt } as LayerSpecification,
      { ...line('red', 9, { 'line-color': this.o.theme === 'dark' ? this.t.redRing : this.t.panel, 'line-width': this.grow(9, 13) }), id: `${layer}-red-casing` } as LayerSpecification,
      line('red', 9, { 'line-color': this.t.red, 'line-width': this.grow(6, 9) }),
    ];
  }

  /** An imported layer: neutral ink under the lights. */
  extra(l: LayerInfo): LayerSpecification[] {
    const base = { source: `extra-${l.id}`, 'source-layer': l.id } as const;
    if (l.id === waterLayer) return [{ id: 'water', type: 'fill', ...base, paint: { 'fill-color': this.t.water } }];
    return [
      { id: `extra-${l.id}-fill`, type: 'line', ...base, filter: ofKind('Polygon'), paint: { 'line-color': this.t.metro, 'line-width': this.px(1.2) } },
      { id: `extra-${l.id}-line`, type: 'line', ...base, filter: ofKind('LineString'), layout: round, paint: { 'line-color': this.t.metro, 'line-width': this.grow(1.2, 2.4) } },
      {
        id: `extra-${l.id}-point`,
        type: 'circle',
        ...base,
        filter: ofKind('Point'),
        minzoom: this.zoom(12),
        paint: { 'circle-radius': this.grow(2.2, 4), 'circle-color': this.t.land, 'circle-stroke-color': this.t.ink3, 'circle-stroke-width': this.px(1.4) },
      },
    ];
  }

  mask(): LayerSpecification[] {
    return [{ id: 'mask', type: 'fill', source: maskSource, paint: { 'fill-color': this.t.out, 'fill-opacity': 0.6 } }];
  }

  boundaries(): LayerSpecification[] {
    const focus: FilterSpecification = ['==', ['get', 'code'], this.o.district];
    return [
      { id: 'town-line', type: 'line', source: 'city', 'source-layer': 'town', minzoom: this.zoom(10.5), layout: round, filter: this.inFocus(), paint: { 'line-color': this.t.town, 'line-width': this.byZoom([[11, 0.8], [12, 1.2], [14, 1.8]]) } },
      { id: 'district-other', type: 'line', source: 'city', 'source-layer': 'district', filter: ['!=', ['get', 'code'], this.o.district], layout: round, paint: { 'line-color': this.t.town, 'line-width': this.px(1.2) } },
      { id: 'district-line', type: 'line', source: 'city', 'source-layer': 'district', filter: focus, layout: round, paint: { 'line-color': this.t.border, 'line-width': this.byZoom([[10, 1.5], [12, 2], [14, 3]]) } },
    ];
  }

  /** Marks in order of concern: green, then yellow, then red on top. */
  marks(): LayerSpecification[] {
    return [
      ...this.sectionRings(),
      ...this.markLayers('none'),
      ...this.markLayers('green'),
      ...this.markLayers('yellow'),
      ...this.markLayers('red'),
      ...this.markLayers('stopped'),
    ];
  }

  /** Assessed river sections: a circle in a ring. */
  private sectionRings(): LayerSpecification[] {
    const ring: FilterSpecification = ['all', this.inFocus(), ['==', ['coalesce', ['get', 'level'], ''], '市考']] as FilterSpecification;
    return [
      {
        id: 'section-ring',
        type: 'circle',
        source: 'city',
        'source-layer': 'river_section_label',
        minzoom: this.zoom(11.5),
        filter: ring,
        paint: {
          'circle-radius': this.grow(4.2, 6),
          'circle-color': this.t.green,
          'circle-stroke-color': this.t.land,
          'circle-stroke-width': this.grow(2.4, 3),
          'circle-opacity': when(light, 'green'),
          'circle-stroke-opacity': when(light, 'green'),
        },
      },
      {
        id: 'section-ring-edge',
        type: 'circle',
        source: 'city',
        'source-layer': 'river_section_label',
        minzoom: this.zoom(11.5),
        filter: ring,
        paint: {
          'circle-radius': this.grow(7.4, 10),
          'circle-color': 'transparent',
          'circle-stroke-color': this.t.green,
          'circle-stroke-width': this.px(1.8),
          'circle-stroke-opacity': when(light, 'green'),
        },
      },
    ];
  }

  private markLayers(is: Mark): LayerSpecification[] {
    const worse = is === 'red' || is === 'yellow' || is === 'stopped';
    const sources: [string, string, FilterSpecification, number][] = [
      ['project', 'project', pointsOnly, 8],
      ['project-shape', 'project_label', always, 8],
      ['problem', 'problem', pointsOnly, 14],
      ['problem-shape', 'problem_label', always, 14],
    ];
    // What is wrong with a line or an area is marked at its label point as well.
    if (worse) {
      for (const layer of ['street', 'river_section', 'block']) {
        sources.push([`${layer}-at`, `${layer}_label`, always, is === 'yellow' ? 11 : 8]);
      }
    }
    return sources.map(([name, sourceLayer, filter, from]) => {
      const base = {
        id: `${name}-mark-${is}`,
        source: 'city',
        'source-layer': sourceLayer,
        minzoom: this.zoom(from),
        filter: ['all', filter, this.inFocus()] as FilterSpecification,
      };
      return is === 'green' || is === 'none' ? this.dot(base, is, mark) : this.icon(base, is, mark);
    });
  }

  private dot(base: object, is: 'green' | 'none', value: Expression): LayerSpecification {
    const hollow = is === 'none';
    return {
      ...base,
      type: 'circle',
      paint: {
        'circle-radius': this.byZoom([[9, 2.5], [11, 3.6], [12.3, 5], [14, 7]]),
        'circle-color': hollow ? this.t.land : this.t.green,
        'circle-opacity': when(value, is, hollow ? 0.6 : 1),
        'circle-stroke-color': hollow ? this.t.none : this.t.land,
        'circle-stroke-width': this.px(hollow ? 1.6 : 1),
        'circle-stroke-opacity': when(value, is),
      },
    } as LayerSpecification;
  }

  private icon(base: object, is: 'yellow' | 'red' | 'stopped', value: Expression): LayerSpecification {
    const sizes: [number, number][] = is === 'yellow' ? [[9, 10], [11, 12], [12.3, 18], [14, 23]] : [[9, 22], [11, 26], [12.3, 30], [14, 26]];
    return {
      ...base,
      type: 'symbol',
      layout: {
        'icon-image': imageId(is, this.o.theme),
        'icon-size': this.byZoom(sizes.map(([z, size]) => [z, size / iconSize[is]])),
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
      paint: { 'icon-opacity': when(value, is) },
    } as LayerSpecification;
  }

  /** The last symbol layer is placed first: red names win, then towns, rivers, the rest. */
  labels(): LayerSpecification[] {
    const names = [this.greenNames(), this.yellowNames(), this.streetNames(), this.riverNames(), this.neighbours(), this.towns(), this.obstacles('green'), ...['street', 'river_section', 'block'].map((layer) => this.redNames(`${layer}-red-name`, `${layer}_label`, always)), this.redNames('red-name-shape', 'project_label', always), this.redNames('red-name', 'project', pointsOnly)];
    return [...names, this.obstacles('yellow'), this.redObstacles('project', pointsOnly), this.redObstacles('project_label', always)];
  }

  private greenNames(): LayerSpecification {
    return this.names('green-name', 'green', 13.7, this.t.ink2);
  }

  private yellowNames(): LayerSpecification {
    return this.names('yellow-name', 'yellow', this.o.fewYellow ? 11 : 12.9, this.t.ink);
  }

  private names(id: string, is: string, from: number, colour: string): LayerSpecification {
    return {
      id,
      type: 'symbol',
      source: 'city',
      'source-layer': 'project',
      minzoom: this.zoom(from),
      filter: ['all', pointsOnly, this.inFocus(), ['==', ['get', 'light'], is]] as FilterSpecification,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': fonts,
        'text-size': this.px(20),
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.9,
        'text-justify': 'auto',
        'text-optional': true,
        'text-max-width': 16,
      },
      paint: { ...this.halo(colour, 5), 'text-opacity': unlessChanged },
    };
  }

  private streetNames(): LayerSpecification {
    return {
      id: 'street-name',
      type: 'symbol',
      source: 'city',
      'source-layer': 'street',
      minzoom: this.zoom(14.6),
      filter: ['<=', ['length', ['coalesce', ['get', 'name'], '']], 8],
      layout: { 'symbol-placement': 'line', 'symbol-spacing': this.px(500), 'text-field': ['get', 'name'], 'text-font': fonts, 'text-size': this.px(17), 'text-letter-spacing': 0.06 },
      paint: this.halo(this.t.ink3, 4),
    };
  }

  private riverNames(): LayerSpecification {
    const bare: Expression = ['let', 'at', ['index-of', '（', ['get', 'name']], ['case', ['>=', ['var', 'at'], 0], ['slice', ['get', 'name'], 0, ['var', 'at']], ['get', 'name']]];
    return {
      id: 'river-name',
      type: 'symbol',
      source: 'city',
      'source-layer': 'river_section',
      minzoom: this.zoom(11),
      filter: ['step', ['zoom'], ['in', '苏州河', ['get', 'name']], this.zoom(13), ['has', 'name']] as unknown as FilterSpecification,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': this.px(420),
        'text-field': bare,
        'text-font': fonts,
        'text-size': this.px(18),
        'text-letter-spacing': 0.3,
        'text-offset': [0, 1.1],
        'text-max-angle': 30,
      },
      paint: this.halo(this.t.waterInk, 5),
    };
  }

  private neighbours(): LayerSpecification {
    return {
      id: 'neighbour-name',
      type: 'symbol',
      source: 'city',
      'source-layer': 'district_label',
      filter: ['!=', ['get', 'code'], this.o.district],
      layout: { 'text-field': ['get', 'name'], 'text-font': fonts, 'text-size': this.px(19), 'text-letter-spacing': 0.3 },
      paint: this.halo(this.t.ink3, 5, this.t.out),
    };
  }

  private towns(): LayerSpecification {
    const name: Expression = ['get', 'name'];
    const cut = (suffix: string): Expression => ['slice', name, 0, ['-', ['length', name], suffix.length]];
    const ends = (suffix: string): Expression => ['all', ['>', ['length', name], suffix.length + 1], ['==', ['slice', name, ['-', ['length', name], suffix.length]], suffix]];
    return {
      id: 'town-name',
      type: 'symbol',
      source: 'city',
      'source-layer': 'town_label',
      minzoom: this.zoom(11),
      filter: this.inFocus(),
      layout: {
        'text-field': ['case', ends('街道'), cut('街道'), ends('镇'), cut('镇'), ends('乡'), cut('乡'), name],
        'text-font': fonts,
        'text-size': this.px(19),
        'text-letter-spacing': 0.16,
        'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right', 'top-left', 'top-right', 'bottom-left', 'bottom-right'],
        'text-radial-offset': 1.2,
        // A name may at worst lie on a mark that is not red, but is never left out for one.
        'text-overlap': 'cooperative',
      },
      paint: this.halo(this.o.theme === 'dark' ? this.t.ink3 : this.t.ink2, 5),
    };
  }

  /** Invisible: keeps names off the marks, which themselves are never left out.
   * Red names give way to yellow marks, if they can; town names to green ones too. */
  private obstacles(is: 'green' | 'yellow'): LayerSpecification {
    return {
      id: `obstacles-${is}`,
      type: 'symbol',
      source: 'city',
      'source-layer': 'project',
      minzoom: this.zoom(11),
      filter: ['all', pointsOnly, this.inFocus(), ['==', ['get', 'light'], is]] as FilterSpecification,
      layout: {
        'icon-image': imageId('yellow', this.o.theme),
        'icon-size': this.byZoom([[11, 0.5], [14, 1]]),
        'icon-overlap': 'cooperative',
      },
      paint: { 'icon-opacity': 0 },
    };
  }

  /** Invisible and placed first: no name lies on a red mark. It must not allow
   * overlap itself, or a cooperative name may. */
  private redObstacles(sourceLayer: string, kind: FilterSpecification): LayerSpecification {
    return {
      id: `${sourceLayer}-red-obstacle`,
      type: 'symbol',
      source: 'city',
      'source-layer': sourceLayer,
      filter: ['all', kind, this.inFocus(), ['==', ['get', 'light'], 'red']] as FilterSpecification,
      layout: { 'icon-image': imageId('red', this.o.theme), 'icon-size': this.px(0.9), 'icon-padding': this.px(4) },
      paint: { 'icon-opacity': 0 },
    };
  }

  private redNames(id: string, sourceLayer: string, extra: FilterSpecification): LayerSpecification {
    const zh = this.o.lang === 'zh';
    const outcome: Expression = ['coalesce', ['get', 'goal_outcome'], ''];
    const status: Expression = ['match', outcome, '停止', zh ? '终止实施' : 'Stopped', '无法完成', zh ? '无法完成' : 'Cannot be met', sourceLayer.startsWith('river') ? (zh ? '未达标' : 'Below target') : zh ? '严重滞后' : 'Far behind'];
    return {
      ...this.named(id, status),
      source: 'city',
      'source-layer': sourceLayer,
      filter: ['all', extra, this.inFocus(), ['==', ['get', 'light'], 'red']] as FilterSpecification,
    };
  }

  /** Name and status beside a red mark; the invisible icon keeps other names away. */
  private named(id: string, status: Expression): Omit<SymbolLayerSpecification, 'source'> {
    return {
      id,
      type: 'symbol',
      layout: {
        'text-field': ['format', ['get', 'name'], { 'font-scale': 1 }, '\n', {}, status, { 'font-scale': 19 / 23, 'text-font': ['literal', fonts], 'text-color': this.t.red }],
        'text-font': boldFonts,
        'text-size': this.byZoom([[9, 18], [12, 23], [14, 24]]),
        'text-line-height': 1.15,
        'text-variable-anchor': ['left', 'right', 'bottom', 'top', 'bottom-left', 'top-left', 'bottom-right', 'top-right'],
        'text-radial-offset': 1.05,
        'text-justify': 'auto',
        'text-max-width': 20,
        'text-allow-overlap': true,
        'icon-image': imageId('red', this.o.theme),
        'icon-allow-overlap': true,
      },
      paint: { ...this.halo(this.t.ink, 6), 'text-opacity': unlessChanged, 'icon-opacity': 0 },
    };
  }

  /** What the stream said and the tiles do not know: new places, new reds with their names. */
  overlay(): LayerSpecification[] {
    const fresh: FilterSpecification = ['==', ['get', 'fresh'], true];
    const base = (is: Mark) => ({ id: `overlay-${is}`, source: overlaySource, filter: ['all', fresh, ['==', ['get', 'mark'], is]] as FilterSpecification });
    const itself: Expression = ['get', 'mark'];
    return [
      this.dot(base('none'), 'none', itself),
      this.dot(base('green'), 'green', itself),
      this.icon(base('yellow'), 'yellow', itself),
      this.icon(base('red'), 'red', itself),
      this.icon(base('stopped'), 'stopped', itself),
      { ...this.named('overlay-name', ['get', 'status']), source: overlaySource, filter: ['==', ['get', 'light'], 'red'] },
    ];
  }

  private inFocus(): FilterSpecification {
    return ['any', ['!', ['has', 'district']], ['==', ['get', 'district'], this.o.district]];
  }

  private nameHas(part: string): Expression {
    return ['in', part, ['coalesce', ['get', 'name'], '']];
  }

  private halo(colour: string, width: number, ground = this.t.land): object {
    return { 'text-color': colour, 'text-halo-color': ground, 'text-halo-width': this.px(width / 2.4), 'text-halo-blur': this.px(0.4) };
  }

  private px(v: number): number {
    return v * this.o.scale;
  }

  private zoom(z: number): number {
    return z + this.shift;
  }

  /** From the overview (z 12) to the detail (z 14.5). */
  private grow(overview: number, detail: number): Expression {
    return this.byZoom([[12, overview], [14.5, detail]]);
  }

  private byZoom(stops: [number, number][]): Expression {
    return ['interpolate', ['linear'], ['zoom'], ...stops.flatMap(([z, v]) => [this.zoom(z), this.px(v)])] as unknown as Expression;
  }
}

const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
const butt = { 'line-cap': 'butt', 'line-join': 'round' } as const;
const always = true as unknown as FilterSpecification;
const pointsOnly = ofKind('Point');

/** Single or multi. */
function ofKind(kind: 'Point' | 'LineString' | 'Polygon'): FilterSpecification {
  return ['in', ['geometry-type'], ['literal', [kind, `Multi${kind}`]]] as unknown as FilterSpecification;
}

/** A name in a tile is hidden once the feature has changed; the overlay has the new one. */
const unlessChanged: Expression = ['case', ['boolean', ['feature-state', 'unnamed'], false], 0, 1];

