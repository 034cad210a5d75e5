// The names, and what keeps them apart. MapLibre places the last layer first.

import type { FilterSpecification, LayerSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import { imageId } from './icons';
import { always, Pen, pointsOnly, type Expression } from './pen';

export const fonts = ['Barlow', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'sans-serif'];
export const boldFonts = ['Barlow Bold', ...fonts];

/** A name in a tile is hidden once the feature has changed; the overlay has the new one. */
const unlessChanged: Expression = ['case', ['boolean', ['feature-state', 'unnamed'], false], 0, 1];

/** That a document does not name it is told in the card; on the map its number will do. */
const unnamed = '（文件未列名）';
const projectName: Expression = ['let', 'name', ['coalesce', ['get', 'name'], ''], ['case', ['in', unnamed, ['var', 'name']], ['slice', ['var', 'name'], 0, ['index-of', unnamed, ['var', 'name']]], ['var', 'name']]];

export class Labels extends Pen {
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
  named(id: string, status: Expression): Omit<SymbolLayerSpecification, 'source'> {
    return {
      id,
      type: 'symbol',
      layout: {
        'text-field': ['format', projectName, { 'font-scale': 1 }, '\n', {}, status, { 'font-scale': 19 / 23, 'text-font': ['literal', fonts], 'text-color': this.t.red }],
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
}
