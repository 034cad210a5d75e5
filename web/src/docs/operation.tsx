// One operation: what it takes, what it answers, and a form to try it.

import { text } from '../kit/read';
import { inLanguage, nameOf, type Answer, type Media, type Operation, type Parameter } from './definition';
import { kindOf, SchemaTree, type Reading } from './schema';
import { Try } from './try';

export function OperationView({ o, of, server, token }: Readonly<{ o: Operation; of: Reading; server: string; token: string }>) {
  const { w, lang } = of;
  return (
    <article aria-labelledby="operation">
      <h2 id="operation" tabIndex={-1}>
        {inLanguage(o.summary, lang) || o.path}
      </h2>
      <p class="address">
        <Method of={o} /> <code>{o.path}</code>
      </p>
      {o.secured && <p class="hint">{w.secured}</p>}
      {o.description !== '' && <p class="long">{inLanguage(o.description, lang)}</p>}
      <Parameters all={o.parameters} of={of} title={w.parameters} />
      {o.body.length > 0 && (
        <section>
          <h3>
            {w.body} {o.bodyRequired && <span class="need">{w.required}</span>}
          </h3>
          <Bodies media={o.body} of={of} />
        </section>
      )}
      <Try key={o.id} o={o} of={of} server={server} token={token} />
      <section>
        <h3>{w.answers}</h3>
        {o.answers.map((a) => (
          <AnswerView key={a.status} a={a} of={of} />
        ))}
      </section>
    </article>
  );
}

/** Those that write are filled: they change something. */
export function Method({ of }: Readonly<{ of: Operation }>) {
  return <span class={of.method === 'GET' || of.method === 'OPTIONS' ? 'method' : 'method writes'}>{of.method}</span>;
}

function Parameters({ all, of, title }: Readonly<{ all: readonly Parameter[]; of: Reading; title: string }>) {
  if (all.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl class="parameters">
        {all.map((p) => (
          <div key={`${p.in} ${p.name}`}>
            <dt>
              <code class="name">{p.name}</code> <span class="place">{of.w.places[p.in] ?? p.in}</span>
              {p.required && <span class="need">{of.w.required}</span>}
            </dt>
            <dd>
              {inLanguage(p.description || text(of.resolve(p.schema).description), of.lang)} <code class="kind">{kindOf(p.schema, of)}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function AnswerView({ a, of }: Readonly<{ a: Answer; of: Reading }>) {
  // That of every failure is the same: it is opened by who wants it.
  const usual = a.media.length === 0 || !/^[45]|default/.test(a.status);
  return (
    <details class="answer" open={usual}>
      <summary>
        <code class="name">{a.status}</code> {inLanguage(a.description, of.lang)}
      </summary>
      <Bodies media={a.media} of={of} />
      <Parameters all={a.headers} of={of} title={of.w.headers} />
    </details>
  );
}

function Bodies({ media, of }: Readonly<{ media: readonly Media[]; of: Reading }>) {
  // The same shape in several types is told once.
  const shapes = new Map<string, Media[]>();
  for (const m of media) {
    const key = nameOf(m.schema) || JSON.stringify(m.schema);
    shapes.set(key, [...(shapes.get(key) ?? []), m]);
  }
  return (
    <>
      {[...shapes].map(([key, same]) => (
        <div key={key} class="media">
          <p class="types">{same.map((m) => m.type).join('　')}</p>
          {same[0] && <SchemaTree schema={same[0].schema} of={of} />}
        </div>
      ))}
    </>
  );
}
