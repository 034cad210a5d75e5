// The shape of a value, as a tree that is opened part by part: definitions refer to
// themselves.

import { useState } from 'preact/hooks';
import { record, text, type Json } from '../kit/read';
import type { Lang } from '../kit/words';
import { inLanguage, nameOf, type Schema } from './definition';
import type { DocsWords } from './words';

export type Reading = Readonly<{ w: DocsWords; lang: Lang; resolve: (s: Schema) => Schema }>;

/** Fields shown at once; deeper ones are asked for. */
const openDepth = 2;

export function SchemaTree({ schema, of, depth = 0 }: Readonly<{ schema: Schema; of: Reading; depth?: number }>) {
  const s = of.resolve(schema);
  const inside = parts(s, of);
  return (
    <div class="shape">
      <p class="kind">
        <code>{kindOf(schema, of)}</code> {inLanguage(text(s.description), of.lang)}
      </p>
      {inside.length > 0 && <Fields inside={inside} of={of} depth={depth} />}
    </div>
  );
}

type Part = Readonly<{ name: string; schema: Schema; required: boolean }>;

function Fields({ inside, of, depth }: Readonly<{ inside: readonly Part[]; of: Reading; depth: number }>) {
  const [open, setOpen] = useState(depth < openDepth);
  if (!open)
    return (
      <button class="more" onClick={() => setOpen(true)}>
        {of.w.more} ({inside.length})
      </button>
    );
  return (
    <ul class="fields">
      {inside.map((p) => (
        <li key={p.name}>
          <code class="name">{p.name}</code>
          {p.required && <span class="need">{of.w.required}</span>}
          <SchemaTree schema={p.schema} of={of} depth={depth + 1} />
        </li>
      ))}
    </ul>
  );
}

/** What a value is made of. */
function parts(s: Schema, of: Reading): Part[] {
  for (const all of [s.allOf, s.oneOf, s.anyOf]) {
    if (!Array.isArray(all)) continue;
    if (all === s.allOf) return all.flatMap((v: Json) => parts(of.resolve(v), of));
    return all.map((v: Json, n) => ({ name: nameOf(v) || `${of.w.oneOf} ${n + 1}`, schema: v, required: false }));
  }
  if (s.type === 'array' && s.items !== undefined) {
    const items = of.resolve(record(s.items, 'items'));
    return parts(items, of);
  }
  const required = Array.isArray(s.required) ? s.required.map(String) : [];
  const fields = Object.entries(record(s.properties ?? {}, 'properties')).map(([name, v]) => ({ name, schema: record(v, name), required: required.includes(name) }));
  const rest = typeof s.additionalProperties === 'object' && s.additionalProperties !== null ? [{ name: '*', schema: s.additionalProperties as Json, required: false }] : [];
  return [...fields, ...rest];
}

/** The kind of a value in a line: integer, 1 … 100; red | yellow. */
export function kindOf(schema: Schema, of: Reading): string {
  const s = of.resolve(schema);
  const name = nameOf(schema);
  const bounds = [s.minimum !== undefined ? `≥ ${text(s.minimum)}` : '', s.maximum !== undefined ? `≤ ${text(s.maximum)}` : ''].filter((b) => b !== '').join(' ');
  return [name || typeOf(s, of), enumOf(s, of), bounds, text(s.pattern) && `${of.w.pattern} ${text(s.pattern)}`, s.nullable === true ? of.w.nullable : '', s.default === undefined ? '' : `${of.w.byDefault} ${String(s.default)}`]
    .filter((part) => part !== '')
    .join('　');
}

function typeOf(s: Schema, of: Reading): string {
  if (s.type === 'array') return s.items === undefined ? '[ ]' : `[ ${nameOf(record(s.items, 'items')) || typeOf(of.resolve(record(s.items, 'items')), of)} ]`;
  const type = Array.isArray(s.type) ? s.type.join(' | ') : text(s.type);
  if (type === '') return Array.isArray(s.oneOf) || Array.isArray(s.anyOf) ? of.w.oneOf : Array.isArray(s.allOf) ? 'object' : of.w.any;
  return s.format === undefined ? type : `${type} (${text(s.format)})`;
}

function enumOf(s: Schema, of: Reading): string {
  const values = s.enum ?? (s.type === 'array' && s.items !== undefined ? of.resolve(record(s.items, 'items')).enum : undefined);
  return Array.isArray(values) ? values.map(String).join(' | ') : '';
}
