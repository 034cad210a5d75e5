// The marks of the lights, each light in layers of its own.

import type { FilterSpecification, LayerSpecification } from 'maplibre-gl';
import type { Mark } from '../kit/lights';
import { iconSize, imageId } from './icons';
import { always, light, mark, markSizes, Pen, pointsOnly, when, type Expression } from './pen';

export class Marks extends Pen {
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

  /** Around what a number on the rails stands for; ink, since hue is for lights. */
  ring(source: string): LayerSpecification {
    return {
      id: 'focus-ring',
      type: 'circle',
      source,
      paint: {
        'circle-radius': this.byZoom([[9, 11], [12.3, 19], [14, 24]]),
        'circle-color': 'transparent',
        'circle-stroke-color': this.t.ink,
        'circle-stroke-width': this.px(2.6),
      },
    };
  }

  dot(base: object, is: 'green' | 'none', value: Expression): LayerSpecification {
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

  icon(base: object, is: 'yellow' | 'red' | 'stopped', value: Expression): LayerSpecification {
    const { stops } = is === 'yellow' ? markSizes.yellow : markSizes.red;
    return {
      ...base,
      type: 'symbol',
      layout: {
        'icon-image': imageId(is, this.o.theme),
        'icon-size': this.byZoom(stops.map(([z, size]) => [z, size / iconSize[is]])),
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
      paint: { 'icon-opacity': when(value, is) },
    } as LayerSpecification;
  }
}
