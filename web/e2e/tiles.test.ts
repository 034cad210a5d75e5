// Tiles that the real program wrote, read by a decoder that is not ours.

import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PbfReader } from 'pbf';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

const features = 20_000;
const layers = 'block,district,problem,project,river_section,street,town';

let store: TestStore;
let program: Program;

before(async () => {
  const binary = buildProgram();
  store = geoPackage();
  run(binary, ['synth', '--features', String(features), '--store', store.url]);
  program = await Program.start(binary, store);
});

after(async () => {
  await program?.stop();
  store?.drop();
});

/** All tiles of a zoom that hold something, found from the world's down. */
async function tilesOf(zoom: number): Promise<VectorTile[]> {
  const found: VectorTile[] = [];
  const visit = async (z: number, x: number, y: number): Promise<void> => {
    const answer = await fetch(`${program.url}tiles/${layers}/${z}/${x}/${y}.mvt`);
    assert.ok(answer.ok, `${z}/${x}/${y}: ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    assert.ok(z > 13 || bytes.length <= 500_000, `${z}/${x}/${y} has ${bytes.length} bytes`);
    if (bytes.length === 0 && z > 5) return;
    if (z === zoom) {
      if (bytes.length > 0) found.push(new VectorTile(new PbfReader(bytes)));
      return;
    }
    for (let q = 0; q < 4; q++) await visit(z + 1, 2 * x + (q & 1), 2 * y + (q >> 1));
  };
  // A tile of zoom 5 that holds Shanghai; above, layers may not have begun.
  await visit(5, 26, 13);
  return found;
}

/** Twice the area by the surveyor's formula; positive for outer rings, y pointing down. */
function area(ring: readonly Readonly<{ x: number; y: number }>[]): number {
  return ring.reduce((sum, p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p;
    return sum + p.x * q.y - q.x * p.y;
  }, 0);
}

function checkFeature(f: VectorTileFeature): void {
  assert.ok(Number.isSafeInteger(f.id), `id ${f.id}`);
  const parts = f.loadGeometry();
  assert.ok(parts.length > 0 && parts.every((p) => p.length > 0));
  if (f.type === 2) assert.ok(parts.every((line) => line.length > 1));
  if (f.type === 3) {
    assert.ok(parts.every((ring) => ring.length > 3 && area(ring) !== 0));
    assert.ok(area(parts[0] ?? []) > 0, 'a polygon begins with an outer ring');
  }
}

test('every feature is told in the tiles of each zoom, itself or in a cluster', async () => {
  let clustered = 0;
  const totals: number[] = [];
  for (const zoom of [8, 10, 12]) {
    const single = new Set<number>();
    const hidden = new Map<number, number>();
    for (const tile of await tilesOf(zoom)) {
      for (const [name, layer] of Object.entries(tile.layers)) {
        assert.equal(layer.version, 2);
        for (let i = 0; i < layer.length; i++) {
          const f = layer.feature(i);
          checkFeature(f);
          if (name === 'project') single.add(Number(f.id));
          if (name === 'project_cluster') hidden.set(Number(f.id), Number(f.properties.count));
        }
      }
    }
    clustered += hidden.size;
    totals.push(single.size + [...hidden.values()].reduce((a, b) => a + b, 0));
  }
  assert.ok(clustered > 0, 'no tile was crowded');
  const answer = await fetch(`${program.url}ogc/collections/project/items?limit=1`);
  const { numberMatched } = (await answer.json()) as { numberMatched: number };
  assert.deepEqual(totals, totals.map(() => numberMatched));
});
