import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBD09, toGCJ02 } from './shifted';

/** WGS 84 and the same place as the service's geo/crs has it. */
const known = [
  [[121.4405, 31.2431], [121.445113541988, 31.241238293402], [121.451539268764, 31.247593792069]],
  [[119.3, 26.05], [119.304803551412, 26.046919900608], [119.311289477618, 26.053017598848]],
  [[116.39, 39.907], [116.396240394420, 39.908400597316], [116.402614925176, 39.914740279907]],
  [[87.6, 43.8], [87.602838972272, 43.801212030292], [87.609210151822, 43.807472507650]],
  [[110.3, 20.04], [110.304305199819, 20.037889623469], [110.310785369606, 20.043986444888]],
] as const;

test('positions in GCJ-02 and BD-09 are the service’s to a hundredth of a millimetre', () => {
  for (const [wgs, gcj, bd] of known) {
    for (const axis of [0, 1] as const) {
      assert.ok(Math.abs(toGCJ02(wgs)[axis] - gcj[axis]) < 1e-10, `GCJ-02 of ${wgs}: ${toGCJ02(wgs)}`);
      assert.ok(Math.abs(toBD09(wgs)[axis] - bd[axis]) < 1e-10, `BD-09 of ${wgs}: ${toBD09(wgs)}`);
    }
  }
});

test('outside of China GCJ-02 is WGS 84', () => {
  assert.deepEqual(toGCJ02([2.3, 48.9]), [2.3, 48.9]);
});
