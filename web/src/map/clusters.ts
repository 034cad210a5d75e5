// Clusters: where a tile holds more than it can show, how many features stand
// behind those that are drawn. Reds are counted in a diamond, as a badge beside the
// foremost of them; what else is thinned is a quiet number where there is room.

import type { FilterSpecification, LayerSpecification } from 'maplibre-gl';
import { imageId } from './icons';
import { fonts, boldFonts } from './labels';
import { Pen, type Expression } from './pen';
import { clusterSuffix, litLayers } from './sources';

const reds: Expression = ['coalesce', ['get', 'red'], 0];

/** Numbers of more than three digits in thousands or in ten thousands, as both languages write them. */
function short(value: Expression, zh: boolean): Expression {
  const [unit, word] = zh ? [10_000, '万'] : [1000, 'k'];
  const tenths: Expression = ['/', ['round', ['/', value, unit / 10]], 10];
  return ['case', ['<', value, unit], ['to-string', value], ['concat', ['to-string', tenths], word]];
}

export class Clusters extends Pen {
  clusters(): LayerSpecification[] {
    return [...litLayers.map((layer) => this.others(`${layer}-more`, 'city', layer)), ...litLayers.map((layer) => this.reds(layer))];
  }

  /** Of an imported layer. */
  extra(layer: string): LayerSpecification {
    return { ...this.others(`extra-${layer}-more`, `extra-${layer}`, layer), minzoom: this.zoom(12) } as LayerSpecification;
  }

  private reds(layer: string): LayerSpecification {
    return {
      id: `${layer}-cluster-red`,
      type: 'symbol',
      source: 'city',
      'source-layer': layer + clusterSuffix,
      filter: ['>', reds, 0] as FilterSpecification,
      layout: {
        'icon-image': imageId('red', this.o.theme),
        'icon-size': this.px(1.3),
        'icon-offset': [13, -13],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'text-field': short(reds, this.o.lang === 'zh'),
        'text-font': boldFonts,
        'text-size': this.px(15),
        'text-offset': [1.13, -1.13],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
        'symbol-sort-key': reds,
      },
      paint: { 'text-color': this.t.redInk, 'icon-opacity': 1 },
    };
  }

  private others(id: string, source: string, layer: string): LayerSpecification {
    const count: Expression = ['-', ['get', 'count'], reds];
    return {
      id,
      type: 'symbol',
      source,
      'source-layer': layer + clusterSuffix,
      filter: ['>', count, 0] as unknown as FilterSpecification,
      layout: {
        'text-field': ['concat', '+', short(count, this.o.lang === 'zh')],
        'text-font': fonts,
        'text-size': this.px(14),
        'text-offset': [0, 1],
        'text-padding': this.px(12),
        'symbol-sort-key': ['-', 0, count],
      },
      paint: this.halo(this.t.ink3, 4),
    };
  }
}
