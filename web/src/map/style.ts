// The style of the wall map: one quiet grey ground on which only the lights have
// colour. Built from the tokens for a theme, a scale and a district in focus.

import type { FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Mark } from '../kit/lights';
import { Clusters } from './clusters';
import { Ground } from './ground';
import { Labels } from './labels';
import { Marks } from './marks';
import type { Expression, StyleOptions } from './pen';
import { focusSource, maskSource, namesSource, overlaySource } from './sources';

/** The last zoom tiles are asked for; beyond it they are drawn larger. */
export const cityMaxZoom = 16;

export function buildStyle(o: StyleOptions): StyleSpecification {
  const [ground, marks, labels, clusters] = [new Ground(o), new Marks(o), new Labels(o), new Clusters(o)];
  return {
    version: 8,
    sources: {
      city: {
        type: 'vector',
        tiles: [`${o.scheme}://tiles/${o.core.join(',')}/{z}/{x}/{y}.mvt`],
        minzoom: 6,
        maxzoom: o.tileZoom ?? cityMaxZoom,
      },
      ...Object.fromEntries(
        o.extra.map((l) => [
          `extra-${l.id}`,
          { type: 'vector' as const, tiles: [`${o.scheme}://tiles/${l.id}/{z}/{x}/{y}.mvt`], minzoom: 6, maxzoom: 16 },
        ]),
      ),
      [maskSource]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      [overlaySource]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      [namesSource]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      [focusSource]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground.t.out } },
      ...ground.land(),
      ...ground.blocks(),
      ...ground.water(),
      ...o.extra.flatMap((l) => ground.extra(l)),
      ...ground.streets(),
      ...ground.mask(),
      ...ground.boundaries(),
      ...ground.greatRivers(),
      labels.leaders(),
      ...marks.marks(),
      ...o.extra.map((l) => clusters.extra(l.id)),
      ...labels.labels(),
      ...clusters.clusters(),
      ...overlay(marks),
      marks.ring(focusSource),
      ...labels.placed(),
    ],
  };
}

/** What the stream said and the tiles do not know: new places. */
function overlay(marks: Marks): LayerSpecification[] {
  const base = (is: Mark) => ({ id: `overlay-${is}`, source: overlaySource, filter: ['==', ['get', 'mark'], is] as FilterSpecification });
  const itself: Expression = ['get', 'mark'];
  return [
    marks.dot(base('none'), 'none', itself),
    marks.dot(base('green'), 'green', itself),
    marks.icon(base('yellow'), 'yellow', itself),
    marks.icon(base('red'), 'red', itself),
    marks.icon(base('stopped'), 'stopped', itself),
  ];
}
