// The page on the interface: a list of operations, and the one that is looked at.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { signInAddress, type Who } from '../kit/session';
import type { Lang } from '../kit/words';
import { inLanguage, matchesSearch, type Definition, type Group, type Operation } from './definition';
import { Method, OperationView } from './operation';
import { docsWords, type DocsWords } from './words';

/** The definitions there are: the service's own, and that of its OGC API. */
export type Which = 'service' | 'ogc';

export type Loaded = Readonly<{ definition: Definition | null; fault: 'closed' | 'failed' | ''; file: string }>;

type Props = Readonly<{ lang: Lang; dark: boolean; which: Which; loaded: Loaded | null; who: Who | null; root: string; go: (changes: Readonly<Record<string, string>>) => string }>;

export function Docs({ lang, dark, which, loaded, who, root, go }: Props) {
  const w = docsWords[lang];
  const [chosen, setChosen] = useState(hash);
  const [token, setToken] = useState('');
  useEffect(() => {
    const turn = () => setChosen(hash());
    addEventListener('hashchange', turn);
    return () => removeEventListener('hashchange', turn);
  }, []);
  const definition = loaded?.definition ?? null;
  const operation = definition?.groups.flatMap((g) => g.operations).find((o) => o.id === chosen) ?? null;
  useEffect(() => {
    document.title = operation ? `${inLanguage(operation.summary, lang)} · ${w.page}` : w.page;
    document.getElementById('operation')?.focus();
    scrollTo(0, 0);
  }, [operation?.id]);
  return (
    <div class={operation ? 'docs chosen' : 'docs'}>
      <header>
        <h1>{w.title}</h1>
        <nav class="which" aria-label={w.which}>
          <a href={go({ doc: '' })} aria-current={which === 'service' ? 'page' : undefined}>
            {w.service}
          </a>
          <a href={go({ doc: 'ogc' })} aria-current={which === 'ogc' ? 'page' : undefined}>
            {w.ogc}
          </a>
        </nav>
        <nav class="switches" aria-label={w.other}>
          {loaded && <a href={loaded.file}>{w.file}</a>}
          <a href={go({ theme: dark ? 'light' : 'dark' })}>{dark ? w.light : w.dark}</a>
          <a href={go({ lang: lang === 'zh' ? 'en' : 'zh' })} lang={lang === 'zh' ? 'en' : 'zh-CN'}>
            {w.other}
          </a>
        </nav>
      </header>
      {definition ? (
        <>
          <Index definition={definition} chosen={chosen} w={w} lang={lang} />
          <main>
            <a class="back" href="#">
              {w.back}
            </a>
            {operation ? (
              <OperationView o={operation} of={{ w, lang, resolve: definition.resolve }} server={definition.server} token={token} />
            ) : (
              <Start definition={definition} w={w} lang={lang} />
            )}
            <Identity w={w} who={who} root={root} token={token} set={setToken} />
          </main>
        </>
      ) : (
        <main class="alone">
          <p role="status">{loaded === null ? w.loading : loaded.fault === 'closed' ? w.closed : w.failed}</p>
          {loaded?.fault === 'closed' && <a href={signInAddress(root, location.href)}>{w.signIn}</a>}
        </main>
      )}
    </div>
  );
}

const hash = () => decodeURIComponent(location.hash.slice(1));

function Index({ definition, chosen, w, lang }: Readonly<{ definition: Definition; chosen: string; w: DocsWords; lang: Lang }>) {
  const [asked, setAsked] = useState('');
  const groups = useMemo(() => narrowed(definition.groups, asked.trim()), [definition, asked]);
  const count = groups.reduce((n, g) => n + g.operations.length, 0);
  return (
    <nav class="index" aria-label={w.back}>
      <label class="search">
        <span class="visually-hidden">{w.search}</span>
        <input type="search" placeholder={w.search} value={asked} onInput={(e) => setAsked(e.currentTarget.value)} />
      </label>
      <p class="hint" role="status">
        {count === 0 ? w.nothing : w.found(count)}
      </p>
      {groups.map((g) => (
        <section key={g.key}>
          <h2>{w.groups[g.key] ?? inLanguage(g.title, lang)}</h2>
          <ul>
            {g.operations.map((o) => (
              <Row key={o.id} o={o} current={o.id === chosen} lang={lang} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function narrowed(groups: readonly Group[], asked: string): readonly Group[] {
  return asked === '' ? groups : groups.map((g) => ({ ...g, operations: g.operations.filter((o) => matchesSearch(o, asked)) })).filter((g) => g.operations.length > 0);
}

function Row({ o, current, lang }: Readonly<{ o: Operation; current: boolean; lang: Lang }>) {
  return (
    <li>
      <a href={`#${encodeURIComponent(o.id)}`} aria-current={current ? 'true' : undefined}>
        <span class="what">{inLanguage(o.summary, lang)}</span>
        <span class="where">
          <Method of={o} /> <code>{o.path}</code>
        </span>
      </a>
    </li>
  );
}

function Start({ definition, w, lang }: Readonly<{ definition: Definition; w: DocsWords; lang: Lang }>) {
  return (
    <article aria-labelledby="operation">
      <h2 id="operation" tabIndex={-1}>
        {inLanguage(definition.title, lang)} <span class="version">{definition.version}</span>
      </h2>
      <p class="address">
        <code>{definition.server}</code>
      </p>
      <p class="long">{inLanguage(definition.description, lang)}</p>
      <h3>{w.start}</h3>
      <dl class="rules">
        {w.rules.map(([name, rule]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{rule}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function Identity({ w, who, root, token, set }: Readonly<{ w: DocsWords; who: Who | null; root: string; token: string; set: (v: string) => void }>) {
  return (
    <aside class="identity">
      <p>{who?.signedIn ? w.signedIn(who.title || who.user) : w.anonymous}</p>
      {!who?.signedIn && <a href={signInAddress(root, location.href)}>{w.signIn}</a>}
      <label>
        <span>{w.token}</span>
        <input type="password" value={token} autoComplete="off" spellcheck={false} onInput={(e) => set(e.currentTarget.value.trim())} />
        <span class="hint">{w.tokenHint}</span>
      </label>
    </aside>
  );
}
