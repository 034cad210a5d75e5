// Makes the types of the pages of the definition of the interface, and notes at
// their head which one they are of: a Go test holds both current.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const dir = new URL('../src/api/', import.meta.url);
const raw = await readFile(new URL('openapi.json', dir));
const sum = createHash('sha256').update(raw).digest('hex');
const types = astToString(await openapiTS(JSON.parse(raw.toString()), { immutable: true, alphabetize: true }));
await writeFile(new URL('schema.d.ts', dir), `// Made of openapi.json, SHA-256 ${sum}.\n${types}`);
