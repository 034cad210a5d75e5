// The tiles of the archive kept on the phone.

import { PMTiles } from 'pmtiles';
import type { StoredTiles } from '../map/tiles';
import { PiecesSource } from './archive';
import type { FieldModel } from './model';

/** Reads whichever archive the page holds at the moment. */
export function storedTiles(model: FieldModel): StoredTiles {
  let open: Readonly<{ etag: string; archive: PMTiles }> | null = null;
  return {
    offline: () => model.offline,
    tile: async ({ z, x, y }) => {
      const { manifest, pieces } = model.state.stock;
      if (!manifest?.whole || !pieces) return null;
      if (open?.etag !== manifest.etag) open = { etag: manifest.etag, archive: new PMTiles(new PiecesSource(pieces, manifest)) };
      const found = await open.archive.getZxy(z, x, y);
      // Where the archive has no tile there is nothing to draw.
      return found?.data ?? new ArrayBuffer(0);
    },
  };
}
