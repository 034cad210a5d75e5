import { render } from 'preact';
import { record } from '../kit/read';
import { Session, type Who } from '../kit/session';
import { applyTheme } from '../kit/tokens';
import type { Lang } from '../kit/words';
import { readDefinition } from './definition';
import { Docs, type Loaded, type Which } from './page';
import '../parts/base.css';
import './docs.css';

const query = new URLSearchParams(location.search);
const lang: Lang = query.get('lang') === 'en' ? 'en' : 'zh';
const asked = query.get('theme');
const dark = asked === 'dark' || (asked !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
applyTheme(document.documentElement, dark ? 'dark' : 'light');
document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';

const which: Which = query.get('doc') === 'ogc' ? 'ogc' : 'service';
/** Where the service lives: the page is at api/docs below it. */
const root = new URL('..', location.href).href;
const file = new URL(which === 'ogc' ? `ogc/api?f=json&lang=${lang}` : 'api/openapi.json', root).href;

/** The address of this page with other choices; an empty one is left out. */
function go(changes: Readonly<Record<string, string>>): string {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if ('doc' in changes) url.hash = '';
  return url.href;
}

async function load(): Promise<Loaded> {
  const answer = await fetch(file, { headers: { 'Accept-Language': lang } });
  if (answer.status === 401) return { definition: null, fault: 'closed', file };
  if (!answer.ok) return { definition: null, fault: 'failed', file };
  const definition = readDefinition(record(await answer.json(), file));
  // What the page asks must go where the page came from.
  return { definition: { ...definition, server: new URL(which === 'ogc' ? 'ogc' : '.', root).href.replace(/\/$/, '') }, fault: '', file };
}

let loaded: Loaded | null = null;
let who: Who | null = null;

function draw(): void {
  const at = document.getElementById('app');
  if (at) render(<Docs lang={lang} dark={dark} which={which} loaded={loaded} who={who} root={root} go={go} />, at);
}

draw();
void load()
  .catch((): Loaded => ({ definition: null, fault: 'failed', file }))
  .then((l) => {
    loaded = l;
    draw();
  });
void new Session(root, lang).who().then(
  (now) => {
    who = now;
    draw();
  },
  () => undefined, // one is shown as not signed in, and the form says what the service refuses
);
