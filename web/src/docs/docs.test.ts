import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inLanguage, matchesSearch, readDefinition, sample } from './definition';
import { absent, addressOf, curlOf, headersOf, type Filled } from './send';

const schemas = {
  Tree: { type: 'object', required: ['name', 'under'], properties: { name: { type: 'string', enum: ['root', 'leaf'] }, under: { type: 'array', items: { $ref: '#/components/schemas/Tree' } }, note: { type: 'string' } } },
  Page: { allOf: [{ type: 'object', properties: { of: { type: 'integer', minimum: 3 } } }, { type: 'object', properties: { day: { type: 'string', example: '2022-12-31' } } }] },
};
const doc = {
  openapi: '3.0.3',
  info: { title: '名 / Name', version: '1', description: '' },
  servers: [{ url: 'http://map.example/city' }],
  paths: {
    '/api/rows/{layer}/{id}': {
      put: {
        operationId: 'put_row',
        summary: '改一行 / Change a row',
        security: [{ token: [] }],
        parameters: [
          { name: 'layer', in: 'path', required: true, schema: { type: 'string' } },
          { $ref: '#/components/parameters/id' },
          { name: 'since', in: 'query', schema: { type: 'string' }, example: 'g1:1' },
          { name: 'If-Match', in: 'header', schema: { type: 'string' } },
        ],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Tree' } } } },
        responses: { '4XX': { description: 'x' }, '200': { description: 'y', content: { 'application/json': { schema: { $ref: '#/components/schemas/Page' } } } } },
      },
    },
    '/healthz': { get: { operationId: 'alive', responses: {} } },
    '/api/rows': { get: { summary: '各行 / Rows', responses: {} } },
    '/collections/river': { get: { operationId: 'river', summary: '河道', responses: {} } },
    '/collections/river/items': { get: { operationId: 'items.river', summary: '要素', responses: {} } },
  },
  components: { parameters: { id: { name: 'id', in: 'path', required: true, schema: { type: 'integer' } } }, schemas },
};

const filled = (values: readonly (readonly [string, string])[], more: Partial<Filled> = {}): Filled => {
  const operation = readDefinition(doc).groups.flatMap((g) => g.operations).find((o) => o.id === 'put_row');
  assert.ok(operation);
  return { operation, values: new Map(values), media: 'application/json', body: '', token: '', ...more };
};

test('a definition is read into groups, its references followed', () => {
  const d = readDefinition(doc);
  assert.deepEqual(d.groups.map((g) => [g.key, g.title, g.operations.map((o) => o.id)]), [
    ['read', '', ['get /api/rows']],
    ['write', '', ['put_row']],
    ['running', '', ['alive']],
    ['/collections/river', '河道', ['river', 'items.river']],
  ]);
  const put = filled([]).operation;
  assert.deepEqual(put.parameters.map((p) => [p.in, p.name, p.required, p.example]), [['path', 'layer', true, ''], ['path', 'id', true, ''], ['query', 'since', false, 'g1:1'], ['header', 'If-Match', false, '']]);
  assert.deepEqual(put.answers.map((a) => a.status), ['200', '4XX']);
  assert.equal(put.secured, true);
});

test('a definition with tags is grouped by them', () => {
  const tagged = { ...doc, tags: [{ name: 'b', description: '乙 / B' }], paths: { '/x': { get: { operationId: 'x', tags: ['b'], responses: {} } } } };
  assert.deepEqual(readDefinition(tagged).groups.map((g) => [g.key, g.title]), [['b', '乙 / B']]);
});

test('references that lead nowhere, or in a circle, are faults', () => {
  for (const parameters of [[{ $ref: '#/nowhere/x' }], [{ $ref: 'other.json' }], [{ $ref: '#/components/parameters/self' }]]) {
    const broken = { ...doc, components: { parameters: { self: { $ref: '#/components/parameters/self' } } }, paths: { '/x': { get: { parameters, responses: {} } } } };
    assert.throws(() => readDefinition(broken));
  }
});

test('a text in two languages is told in one', () => {
  assert.equal(inLanguage('改一行 / Change a row', 'zh'), '改一行');
  assert.equal(inLanguage('改一行 / Change a row', 'en'), 'Change a row');
  assert.equal(inLanguage('OGC', 'en'), 'OGC');
});

test('a body begins with what its shape must have', () => {
  const { resolve } = readDefinition(doc);
  const tree = sample({ $ref: '#/components/schemas/Tree' }, resolve) as { name: string; under: { name: string }[] };
  assert.equal(tree.name, 'root');
  assert.equal('note' in tree, false);
  assert.equal(tree.under[0]?.name, 'root', 'one step into itself, and an end');
  assert.deepEqual(sample({ $ref: '#/components/schemas/Page' }, resolve), { of: 3, day: '2022-12-31' });
});

test('an address holds what was given, each where it belongs', () => {
  const f = filled([['path:layer', '项目$&'], ['path:id', 'code:PT/1'], ['query:since', 'g1:1 2'], ['query:other', 'x']]);
  assert.equal(addressOf(f, 'http://map.example/city/'), 'http://map.example/city/api/rows/%E9%A1%B9%E7%9B%AE%24%26/code:PT/1?since=g1%3A1+2');
  assert.deepEqual(absent(filled([['path:layer', 'x']])), ['id']);
});

test('the command says the same as the form, without the secret', () => {
  const f = filled([['path:layer', 'x'], ['path:id', '1'], ['header:If-Match', '"7"']], { body: `{"a":"it's"}`, token: 'yiping_secret' });
  assert.deepEqual(headersOf(f, 'en'), { 'Accept-Language': 'en', 'If-Match': '"7"', 'Content-Type': 'application/json', Authorization: 'Bearer yiping_secret' });
  assert.equal(
    curlOf(f, 'http://h'),
    `curl -X PUT -H 'If-Match: "7"' -H 'Content-Type: application/json' -H "Authorization: Bearer $YIPING_TOKEN" --data-binary '{"a":"it'\\''s"}' 'http://h/api/rows/x/1'`,
  );
});

test('all words of a question must be found', () => {
  const { operation } = filled([]);
  assert.ok(matchesSearch(operation, 'change if-match'));
  assert.ok(matchesSearch(operation, '改'));
  assert.ok(!matchesSearch(operation, 'change nothing'));
});
