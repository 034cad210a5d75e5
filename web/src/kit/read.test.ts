import assert from 'node:assert/strict';
import { test } from 'node:test';
import { towns } from './read';

test('a feature names all towns that it lies in', () => {
  assert.equal(towns({ town: '长征镇', towns: ['长征镇', '真如镇街道'] }), '长征镇、真如镇街道');
  assert.equal(towns({ town: '长征镇', towns: ['长征镇'] }), '长征镇');
  assert.equal(towns({ town: '', towns: [] }), '');
  assert.equal(towns({ town: '长征镇' }), '长征镇'); // a document that has the first alone
});
