// The ground: land, blocks, water, streets, boundaries. Grey, and coloured only
// where a light is.

import type { FilterSpecification, LayerSpecification } from 'maplibre-gl';
import type { LayerInfo } from '../kit/api';
import type { Mark } from '../kit/lights';
import { imageId } from './icons';
import { butt, light, ofKind, Pen, round, when, type Expression } from './pen';
import { maskSource, waterLayer } from './sources';

export class Ground extends Pen {
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

  /** An imported layer: neutral ink under the lights. Points are solid, since a
      hollow circle says 未填报 and these have no light to report. */
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
        paint: { 'circle-radius': this.grow(1.8, 3.2), 'circle-color': this.t.ink3 },
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
}
