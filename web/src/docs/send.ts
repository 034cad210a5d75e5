// One request as the form has it: its address, the command that sends the same,
// and what came back.

import type { Operation } from './definition';

export type Filled = Readonly<{
  operation: Operation;
  /** By place and name: query:district, path:layer, header:If-Match. */
  values: ReadonlyMap<string, string>;
  media: string;
  body: string;
  token: string;
}>;

export const keyOf = (p: Readonly<{ in: string; name: string }>) => `${p.in}:${p.name}`;

/** Parameters that must be given and are not. */
export function absent(f: Filled): readonly string[] {
  return f.operation.parameters.filter((p) => p.required && (f.values.get(keyOf(p)) ?? '') === '').map((p) => p.name);
}

/** The address under a server, without its last slash. */
export function addressOf(f: Filled, server: string): string {
  let path = f.operation.path;
  const query = new URLSearchParams();
  for (const p of f.operation.parameters) {
    const value = f.values.get(keyOf(p)) ?? '';
    if (p.in === 'path') path = path.replace(`{${p.name}}`, () => pathValue(value));
    else if (p.in === 'query' && value !== '') query.append(p.name, value);
  }
  const asked = query.toString();
  return server.replace(/\/$/, '') + path + (asked === '' ? '' : `?${asked}`);
}

/** Commas, colons and slashes part lists, codes and paths within ours, and mean nothing else there. */
function pathValue(value: string): string {
  return encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
}

export function headersOf(f: Filled, lang: string): Record<string, string> {
  const out: Record<string, string> = { 'Accept-Language': lang };
  for (const p of f.operation.parameters) {
    const value = f.values.get(keyOf(p)) ?? '';
    if (p.in === 'header' && value !== '') out[p.name] = value;
  }
  if (hasBody(f)) out['Content-Type'] = f.media;
  if (f.token !== '') out.Authorization = `Bearer ${f.token}`;
  return out;
}

export function hasBody(f: Filled): boolean {
  return f.operation.body.length > 0 && f.body !== '';
}

/** The same by curl, in a POSIX shell. The token stays out of it. */
export function curlOf(f: Filled, server: string): string {
  const parts = ['curl'];
  if (f.operation.method !== 'GET') parts.push('-X', f.operation.method);
  for (const [name, value] of Object.entries(headersOf({ ...f, token: '' }, ''))) if (name !== 'Accept-Language') parts.push('-H', quoted(`${name}: ${value}`));
  if (f.token !== '') parts.push('-H', '"Authorization: Bearer $YIPING_TOKEN"');
  if (hasBody(f)) parts.push('--data-binary', quoted(f.body));
  parts.push(quoted(addressOf(f, server)));
  return parts.join(' ');
}

const quoted = (s: string) => `'${s.replaceAll("'", `'\\''`)}'`;

export type Shown = Readonly<{
  status: number;
  ms: number;
  headers: readonly (readonly [string, string])[];
  kind: 'text' | 'picture' | 'bytes';
  /** The text, or the address of a picture or file. */
  content: string;
  bytes: number;
  /** Not all of the text is shown. */
  cut: boolean;
  running: boolean;
}>;

/** Most characters of an answer that are laid out in the page. */
export const mostShown = 200_000;

/** Reads an answer, a stream of events as it comes. */
export async function readAnswer(answer: Response, ms: number, show: (shown: Shown) => void): Promise<void> {
  const type = (answer.headers.get('Content-Type') ?? '').split(';')[0] ?? '';
  const base = { status: answer.status, ms, headers: [...answer.headers], cut: false, running: false };
  if (type === 'text/event-stream' && answer.body) return readStream(answer.body, base, show);
  const blob = await answer.blob();
  if (/^image\//.test(type)) return show({ ...base, kind: 'picture', content: URL.createObjectURL(blob), bytes: blob.size });
  if (blob.size > 0 && !/json|^text\/|xml/.test(type)) return show({ ...base, kind: 'bytes', content: URL.createObjectURL(blob), bytes: blob.size });
  const whole = laidOut(await blob.text(), type);
  show({ ...base, kind: 'text', content: whole.slice(0, mostShown), bytes: blob.size, cut: whole.length > mostShown });
}

async function readStream(body: ReadableStream<Uint8Array>, base: Omit<Shown, 'kind' | 'content' | 'bytes'>, show: (shown: Shown) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let content = '';
  let bytes = 0;
  const tell = (running: boolean) => show({ ...base, kind: 'text', content: content.slice(-mostShown), bytes, cut: content.length > mostShown, running });
  tell(true);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      content += decoder.decode(value, { stream: true });
      tell(true);
    }
  } finally {
    tell(false);
  }
}

function laidOut(raw: string, type: string): string {
  if (!/json$/.test(type)) return raw;
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
