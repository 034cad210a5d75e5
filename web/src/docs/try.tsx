// The form that sends a request to this service and shows what came back.

import { useEffect, useRef, useState } from 'preact/hooks';
import { inLanguage, sample, type Operation, type Parameter } from './definition';
import type { Reading } from './schema';
import { absent, addressOf, curlOf, hasBody, headersOf, keyOf, readAnswer, type Filled, type Shown } from './send';
import type { DocsWords } from './words';

type Props = Readonly<{ o: Operation; of: Reading; server: string; token: string }>;

export function Try({ o, of, server, token }: Props) {
  const { w, lang } = of;
  const [values, setValues] = useState<ReadonlyMap<string, string>>(() => new Map(o.parameters.filter((p) => p.example !== '' && p.required).map((p) => [keyOf(p), p.example])));
  const [media, setMedia] = useState(o.body[0]?.type ?? '');
  const [body, setBody] = useState(() => firstBody(o, of));
  const [accept, setAccept] = useState('');
  const filled: Filled = { operation: o, values, media, body, token };
  const { shown, fault, run, stop } = useAnswer(w);
  const gone = absent(filled);
  const writes = o.method !== 'GET' && o.method !== 'OPTIONS';
  const send = (e: Event) => {
    e.preventDefault();
    const headers = headersOf(filled, lang);
    if (accept !== '') headers.Accept = accept;
    run(addressOf(filled, server), { method: o.method, headers, cache: 'no-store', ...(hasBody(filled) ? { body } : {}) });
  };
  return (
    <section class="try">
      <h3>{w.try}</h3>
      <form onSubmit={send}>
        {o.parameters.map((p) => (
          <Entry key={keyOf(p)} p={p} of={of} value={values.get(keyOf(p)) ?? ''} set={(v) => setValues(new Map(values).set(keyOf(p), v))} />
        ))}
        <Choice label={w.accept} value={accept} set={setAccept} options={[...new Set(o.answers.filter((a) => /^2/.test(a.status)).flatMap((a) => a.media.map((m) => m.type)))]} w={w} few={1} />
        {o.body.length > 0 && (
          <>
            <Choice label="Content-Type" value={media} set={setMedia} options={o.body.map((m) => m.type)} w={w} few={1} always />
            <label class="wide">
              <span>{w.body}</span>
              <textarea rows={Math.min(16, body.split('\n').length + 1)} value={body} spellcheck={false} onInput={(e) => setBody(e.currentTarget.value)} />
            </label>
          </>
        )}
        {writes && <p class="notice">{w.writes}</p>}
        <div class="actions">
          <button class="primary" disabled={gone.length > 0 || shown === 'sending'}>
            {writes ? w.write : w.send}
          </button>
          {(shown === 'sending' || (shown !== null && shown.running)) && (
            <button type="button" class="plain" onClick={stop}>
              {w.stop}
            </button>
          )}
          {gone.length > 0 && <span class="hint">{w.absent(gone.join('、'))}</span>}
        </div>
      </form>
      <Command w={w} text={curlOf(filled, server)} />
      <div role="status" class="said">
        {fault !== '' && <p class="fault">{fault}</p>}
        {shown === 'sending' && <p class="hint">{w.sending}</p>}
      </div>
      {shown !== null && shown !== 'sending' && <Came shown={shown} w={w} />}
    </section>
  );
}

function firstBody(o: Operation, of: Reading): string {
  const [media] = o.body;
  if (!media) return '';
  return JSON.stringify(media.example ?? sample(media.schema, of.resolve), null, 2);
}

/** Asks the service, one question at a time. */
function useAnswer(w: DocsWords) {
  const [shown, setShown] = useState<Shown | 'sending' | null>(null);
  const [fault, setFault] = useState('');
  const asking = useRef<AbortController | null>(null);
  const stop = () => asking.current?.abort();
  useEffect(() => stop, []);
  const run = (url: string, init: RequestInit) => {
    stop();
    const mine = (asking.current = new AbortController());
    const show = (s: Shown) => mine === asking.current && setShown(s);
    setShown('sending');
    setFault('');
    const begun = performance.now();
    fetch(url, { ...init, signal: mine.signal })
      .then((answer) => readAnswer(answer, Math.round(performance.now() - begun), show))
      .catch(() => {
        if (mine !== asking.current) return;
        setShown((s) => (s === 'sending' ? null : s));
        if (!mine.signal.aborted) setFault(w.unreachable);
      });
  };
  return { shown, fault, run, stop };
}

type EntryProps = Readonly<{ p: Parameter; of: Reading; value: string; set: (v: string) => void }>;

function Entry({ p, of, value, set }: EntryProps) {
  const s = of.resolve(p.schema);
  const options = Array.isArray(s.enum) ? s.enum.map(String) : s.type === 'boolean' ? ['true', 'false'] : [];
  const label = `${p.name}${p.required ? ' *' : ''}`;
  if (options.length > 0) return <Choice label={label} value={value} set={set} options={options} w={of.w} few={0} title={inLanguage(p.description, of.lang)} />;
  return (
    <label title={inLanguage(p.description, of.lang)}>
      <span>{label}</span>
      <input value={value} placeholder={p.example} required={p.required} autoCapitalize="none" autoComplete="off" spellcheck={false} onInput={(e) => set(e.currentTarget.value)} />
    </label>
  );
}

type ChoiceProps = Readonly<{ label: string; value: string; set: (v: string) => void; options: readonly string[]; w: DocsWords; few: number; always?: boolean; title?: string }>;

/** Not shown with few options: there is nothing to choose. */
function Choice({ label, value, set, options, w, few, always = false, title = '' }: ChoiceProps) {
  if (options.length <= few) return null;
  return (
    <label title={title}>
      <span>{label}</span>
      <select value={value} onChange={(e) => set(e.currentTarget.value)}>
        {!always && <option value="">{w.unset}</option>}
        {options.map((o) => (
          <option key={o} value={o}>
            {o}
          </option>
        ))}
      </select>
    </label>
  );
}

function Command({ w, text }: Readonly<{ w: DocsWords; text: string }>) {
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return (
    <details class="command">
      <summary>{w.command}</summary>
      <pre tabIndex={0}>{text}</pre>
      {/* Browsers give pages without TLS no clipboard. */}
      {isSecureContext && (
        <button type="button" class="plain" onClick={copy}>
          {copied ? w.copied : w.copy}
        </button>
      )}
    </details>
  );
}

function Came({ shown, w }: Readonly<{ shown: Shown; w: DocsWords }>) {
  useEffect(() => () => (shown.kind === 'text' ? undefined : URL.revokeObjectURL(shown.content)), [shown.content]);
  return (
    <div class="came" data-status={shown.status}>
      <p class="line">
        <b class={shown.status >= 400 ? 'bad' : ''}>{shown.status}</b> {w.took(shown.ms)}　{w.bytes(shown.bytes)} {shown.running && w.running}
      </p>
      <details>
        <summary>{w.headers}</summary>
        <pre tabIndex={0}>{shown.headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
      </details>
      {shown.cut && <p class="hint">{w.cut}</p>}
      {shown.kind === 'text' && shown.content !== '' && (
        <pre class="content" tabIndex={0}>
          {shown.content}
        </pre>
      )}
      {shown.kind === 'picture' && <img src={shown.content} alt={w.picture} />}
      {shown.kind === 'bytes' && (
        <a class="plain" href={shown.content} download="answer">
          {w.save}
        </a>
      )}
    </div>
  );
}
