// The sources of the map and the layers it knows.

export const coreLayers = ['district', 'town', 'block', 'river_section', 'street', 'problem', 'project'] as const;

/** The core layers that a reader may see, as the service lists what there is. */
export function coreOf(layers: readonly Readonly<{ id: string }>[]): readonly string[] {
  return coreLayers.filter((core) => layers.some((l) => l.id === core));
}

/** Layers whose light the map shows, with the source layers that carry it. */
export const litLayers: readonly string[] = ['project', 'problem', 'street', 'river_section', 'block'];

/** Layers whose red lights bear names, with the source layers of their marks. */
export const namedLayers: readonly (readonly [layer: string, sourceLayer: string])[] = [
  ['project', 'project'],
  ['project', 'project_label'],
  ['street', 'street_label'],
  ['river_section', 'river_section_label'],
  ['block', 'block_label'],
];

/** Ends the name of the source layer with a layer's clusters. */
export const clusterSuffix = '_cluster';

/** Where a city has this layer it is ground, not something to switch off. */
export const waterLayer = 'water';

export const overlaySource = 'overlay';
/** Rings around the features behind a number. */
export const focusSource = 'focus';
export const maskSource = 'mask';
/** The names of the red lights, and what lies over the map. */
export const namesSource = 'names';
