// The names, and what keeps them apart. MapLibre places the last layer first.

import type { FilterSpecification, LayerSpecification } from 'maplibre-gl';
import { iconSize, imageId } from './icons';
import { always, nameSizes, Pen, pointsOnly, type Expression } from './pen';
import { reach } from './place';
import { namesSource } from './sources';
import { lineHeight, mostRows, statusScale, unnamed } from './texts';

export const fonts = ['Barlow', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'sans-serif'];
export const boldFonts = ['Barlow Bold', ...fonts];

/** A name in a tile is hidden once the feature has changed; the overlay has the new one. */
const unlessChanged: Expression = ['case', ['boolean', ['feature-state', 'unnamed'], false], 0, 1];

const projectName: Expression = ['let', 'name', ['coalesce', ['get', 'name'], ''], ['case', ['in', unnamed, ['var', 'name']], ['slice', ['var', 'name'], 0, ['index-of', unnamed, ['var', 'name']]], ['var', 'name']]];

export class Labels extends Pen {
  /** The last symbol layer is placed first: towns win, then rivers, then the rest. */
  labels(): LayerSpecification[] {
    const names = [this.greenNames(), this.yellowNames(), this.streetNames(), this.riverNames(), this.neighbours(), this.towns()];
    const obstacles = [this.obstacles('green'), this.obstacles('yellow'), this.redObstacles('project', pointsOnly), this.redObstacles('project_label', always)];
    return [...names, ...obstacles];
  }

  /** What has its place already, which all other names keep off. */
  placed(): LayerSpecification[] {
    return [this.redNames(), this.cover()];
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
        'text-field': projectName,
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
      filter: ['all', pointsOnly, this.inFocus(), ['in', ['get', 'light'], ['literal', is === 'yellow' ? ['yellow'] : ['green', 'none']]]] as FilterSpecification,
      layout: {
        'icon-image': imageId('yellow', this.o.theme),
        'icon-size': this.byZoom([[11, 0.5], [14, 1]]),
        'icon-overlap': 'cooperative',
      },
      paint: { 'icon-opacity': 0 },
    };
  }

  /** Invisible and placed first: no name lies on a red mark. It must not allow
   * overlap itself, or a cooperative name may; where marks are close one stands for both. */
  private redObstacles(sourceLayer: string, kind: FilterSpecification): LayerSpecification {
    return {
      id: `${sourceLayer}-red-obstacle`,
      type: 'symbol',
      source: 'city',
      'source-layer': sourceLayer,
      filter: ['all', kind, this.inFocus(), ['==', ['get', 'light'], 'red']] as FilterSpecification,
      layout: { 'icon-image': imageId('red', this.o.theme), 'icon-size': this.px(0.8), 'icon-padding': 0 },
      paint: { 'icon-opacity': 0 },
    };
  }

  /** Names and status of red lights, where they were placed: nothing is in their way any more. */
  private redNames(): LayerSpecification {
    const side = (places: readonly (readonly [string, unknown])[], other: unknown): Expression => ['match', ['get', 'side'], ...places.flat(), other] as unknown as Expression;
    const status = { 'font-scale': statusScale, 'text-font': ['literal', fonts], 'text-color': this.t.red };
    const pairs = Array.from({ length: mostRows + 1 }, (_, n) => [['get', `name${n}`], {}, ['get', `status${n}`], status]);
    const at = (x: number, y: number) => ['literal', [x * reach, y * reach]];
    return {
      id: 'red-name',
      type: 'symbol',
      source: namesSource,
      filter: ['==', ['get', 'is'], 'name'],
      layout: {
        'text-field': ['format', ...pairs.flat()] as unknown as Expression,
        'text-font': boldFonts,
        'text-size': this.byZoom(nameSizes.stops),
        'text-line-height': lineHeight,
        'text-max-width': 100,
        'text-anchor': side([['below', 'top'], ['under', 'top'], ['above', 'bottom'], ['over', 'bottom'], ['right-below', 'top-left'], ['right-above', 'bottom-left'], ['left-below', 'top-right'], ['left-above', 'bottom-right'], ['left', 'right'], ['ends', 'right']], 'left'),
        'text-offset': side([['begins', at(0, 0)], ['ends', at(0, 0)], ['over', at(0, 0)], ['under', at(0, 0)], ['below', at(0, 1)], ['above', at(0, -1)], ['left', at(-1, 0)], ['left-below', at(-1, 0)], ['left-above', at(-1, 0)]], at(1, 0)),
        'text-justify': ['case', ['get', 'list'], 'left', side([['below', 'center'], ['above', 'center'], ['over', 'center'], ['under', 'center'], ['left', 'right'], ['left-below', 'right'], ['left-above', 'right'], ['ends', 'right']], 'left')],
        'text-allow-overlap': true,
      },
      paint: this.halo(this.t.ink, 6),
    };
  }

  /** From marks to their names further off. */
  leaders(): LayerSpecification {
    return {
      id: 'red-leader',
      type: 'line',
      source: namesSource,
      filter: ['==', ['get', 'is'], 'leader'],
      paint: { 'line-color': this.t.ink2, 'line-width': this.px(1.5) },
    };
  }

  /** Invisible and placed first: no other name lies on a red one or under what covers
      the map. It must not allow overlap either. */
  private cover(): LayerSpecification {
    return {
      id: 'cover',
      type: 'symbol',
      source: namesSource,
      filter: ['==', ['get', 'is'], 'cover'],
      layout: { 'icon-image': imageId('red', this.o.theme), 'icon-size': ['/', ['get', 'side'], iconSize.red], 'icon-padding': 0 },
      paint: { 'icon-opacity': 0 },
    };
  }
}
