// An OpenAPI 3.0 definition as the page shows it: operations in groups, with
// references followed.

import { ApiError, list, record, text, type Json } from '../kit/read';
import type { Lang } from '../kit/words';

export type Schema = Json;

export type Parameter = Readonly<{ name: string; in: string; required: boolean; description: string; schema: Schema; example: string }>;

/** A body in one media type. */
export type Media = Readonly<{ type: string; schema: Schema; example: unknown }>;

export type Answer = Readonly<{ status: string; description: string; headers: readonly Parameter[]; media: readonly Media[] }>;

export type Operation = Readonly<{
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: readonly Parameter[];
  body: readonly Media[];
  bodyRequired: boolean;
  answers: readonly Answer[];
  /** Takes a token or a session. */
  secured: boolean;
}>;

export type Group = Readonly<{ key: string; title: string; operations: readonly Operation[] }>;

export type Definition = Readonly<{ title: string; version: string; description: string; server: string; groups: readonly Group[]; resolve: (schema: Schema) => Schema }>;

const methods = ['get', 'post', 'put', 'patch', 'delete', 'options'];

/** One language of a text that is written “中文 / English”; another text is all of it. */
export function inLanguage(said: string, lang: Lang): string {
  const at = said.indexOf(' / ');
  if (at < 0) return said;
  return lang === 'zh' ? said.slice(0, at) : said.slice(at + 3);
}

/** The last part of a reference: the name of what it leads to. */
export function nameOf(schema: Schema): string {
  return text(schema.$ref).split('/').pop() ?? '';
}

export function readDefinition(doc: Json): Definition {
  const follow = follower(doc);
  const info = record(doc.info, 'info');
  const paths = record(doc.paths, 'paths');
  const tagWords = new Map(list(doc.tags, 'tags').map((t) => [text(t.name), text(t.description)]));
  const groups = new Map<string, { title: string; operations: Operation[] }>();
  for (const [path, value] of Object.entries(paths)) {
    const item = record(value, path);
    for (const method of methods.filter((m) => item[m] !== undefined)) {
      const raw = record(item[method], `${method} ${path}`);
      const operation = readOperation(raw, method, path, list(item.parameters, path), follow);
      const tag = Array.isArray(raw.tags) ? text(raw.tags[0]) : '';
      const key = tag || groupOf(method, path);
      const group = groups.get(key) ?? { title: tag === '' ? collectionTitle(paths, key) : tagWords.get(tag) || tag, operations: [] };
      group.operations.push(operation);
      groups.set(key, group);
    }
  }
  const server = list(doc.servers, 'servers')[0];
  return {
    title: text(info.title),
    version: text(info.version),
    description: text(info.description),
    server: server ? text(server.url) : '',
    groups: sorted(groups),
    resolve: (schema) => follow(schema),
  };
}

/** Gives what a reference stands for, and anything else as it is. */
function follower(doc: Json): (v: Json) => Json {
  const follow = (v: Json, depth = 0): Json => {
    const ref = text(v.$ref);
    if (ref === '') return v;
    if (!ref.startsWith('#/') || depth > 8) throw new ApiError(0, `${ref} leads nowhere`);
    const found = ref
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, part) => record(at, ref)[part], doc);
    return follow(record(found, ref), depth + 1);
  };
  return follow;
}

function readOperation(raw: Json, method: string, path: string, shared: readonly Json[], follow: (v: Json) => Json): Operation {
  const body = raw.requestBody === undefined ? {} : follow(record(raw.requestBody, 'requestBody'));
  const answers = Object.entries(record(raw.responses ?? {}, 'responses')).map(([status, v]) => {
    const answer = follow(record(v, status));
    const headers = Object.entries(record(answer.headers ?? {}, 'headers')).map(([name, h]) => readParameter({ ...follow(record(h, name)), name, in: 'header' }, follow));
    return { status, description: text(answer.description), headers, media: readMedia(answer.content, follow) };
  });
  return {
    id: text(raw.operationId) || `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: text(raw.summary),
    description: text(raw.description),
    parameters: [...shared, ...list(raw.parameters, 'parameters')].map((p) => readParameter(p, follow)),
    body: readMedia(body.content, follow),
    bodyRequired: body.required === true,
    answers: answers.sort((a, b) => (a.status < b.status ? -1 : 1)),
    secured: Array.isArray(raw.security) && raw.security.length > 0 && !list(raw.security, 'security').some((way) => Object.keys(way).length === 0),
  };
}

function readParameter(given: Json, follow: (v: Json) => Json): Parameter {
  const p = follow(given);
  const schema = record(p.schema ?? {}, 'schema');
  const shape = follow(schema);
  const first = Object.values(record(p.examples ?? {}, 'examples'))[0];
  const example = p.example ?? (first === undefined ? undefined : record(first, 'example').value) ?? shape.example;
  return { name: text(p.name), in: text(p.in), required: p.required === true, description: text(p.description), schema, example: Array.isArray(example) ? example.join(',') : text(example) };
}

function readMedia(content: unknown, follow: (v: Json) => Json): Media[] {
  return Object.entries(record(content ?? {}, 'content')).map(([type, v]) => {
    const media = record(v, type);
    const first = Object.values(record(media.examples ?? {}, 'examples'))[0];
    return { type, schema: record(media.schema ?? {}, 'schema'), example: media.example ?? (first === undefined ? undefined : follow(record(first, 'example')).value) };
  });
}

/** The groups of a definition without tags, in the order they are shown in. */
const order = ['read', 'write', 'maps', 'account', 'running', 'common', 'ogc'];

const rules: readonly (readonly [RegExp, string])[] = [
  [/^\/collections\/[^/]+/, ''], // each has a group of its own
  [/^\/api\/(session|journal)/, 'account'],
  [/^\/(tiles|archives|style\.json)|^\/api\/map\./, 'maps'],
  [/^\/ogc/, 'ogc'],
  [/^\/(healthz|readyz|metrics)|^\/api\/openapi/, 'running'],
  [/^\/api\//, 'read'],
];

function groupOf(method: string, path: string): string {
  const rule = rules.find(([pattern]) => pattern.test(path));
  if (rule === undefined) return 'common';
  if (rule[1] === '') return rule[0].exec(path)?.[0] ?? 'common';
  return rule[1] === 'read' && method !== 'get' ? 'write' : rule[1];
}

/** What a collection is called; other groups are named by the page. */
function collectionTitle(paths: Json, key: string): string {
  if (!key.startsWith('/')) return '';
  const item = record(paths[key] ?? {}, key);
  return item.get === undefined ? key : text(record(item.get, key).summary);
}

function sorted(groups: ReadonlyMap<string, { title: string; operations: Operation[] }>): Group[] {
  const place = (key: string) => (order.indexOf(key) + order.length + 1) % (order.length + 1);
  return [...groups].map(([key, g]) => ({ key, ...g })).sort((a, b) => place(a.key) - place(b.key));
}

/** Whether all words of a question stand in an operation. */
export function matchesSearch(o: Operation, question: string): boolean {
  const hay = [o.method, o.path, o.id, o.summary, o.description, ...o.parameters.map((p) => `${p.name} ${p.description}`)].join(' ').toLowerCase();
  return question
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

/** A value that fits a schema, to begin a body with. */
export function sample(schema: Schema, resolve: (s: Schema) => Schema, depth = 0): unknown {
  const s = resolve(schema);
  if (s.example !== undefined) return s.example;
  if (s.default !== undefined) return s.default;
  if (Array.isArray(s.enum)) return s.enum[0] as unknown;
  const [variant] = [s.allOf, s.oneOf, s.anyOf].filter((v): v is Json[] => Array.isArray(v) && v.length > 0);
  if (variant === s.allOf && variant) return Object.assign({}, ...variant.map((v) => sample(v, resolve, depth + 1))) as unknown;
  if (variant?.[0]) return sample(variant[0], resolve, depth + 1);
  return depth > 4 ? null : plain(s, resolve, depth);
}

function plain(s: Schema, resolve: (s: Schema) => Schema, depth: number): unknown {
  switch (s.type) {
    case 'object': {
      const required = Array.isArray(s.required) ? s.required.map(String) : [];
      const all = Object.entries(record(s.properties ?? {}, 'properties'));
      return Object.fromEntries(all.filter(([name]) => required.length === 0 || required.includes(name)).map(([name, v]) => [name, sample(record(v, name), resolve, depth + 1)]));
    }
    case 'array':
      return s.items === undefined ? [] : [sample(record(s.items, 'items'), resolve, depth + 1)];
    case 'integer':
    case 'number':
      return typeof s.minimum === 'number' ? s.minimum : 0;
    case 'boolean':
      return false;
    case 'string':
      return s.format === 'date' ? new Date().toISOString().slice(0, 10) : '';
    default:
      return null;
  }
}
