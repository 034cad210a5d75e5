import { render } from 'preact';
import { Api } from '../kit/api';
import { Exit } from '../kit/exit';
import { readerOf, Session, sessionChannel, type SessionNews } from '../kit/session';
import { applyTheme } from '../kit/tokens';
import { App } from './app';
import { openBox } from './box';
import { FieldModel } from './model';
import { readPreferences } from './preferences';
import { registerShell } from './shell';
import '../parts/base.css';
import '../parts/marks.css';
import '../parts/story.css';
import './field.css';
import './card.css';

/** A request that takes longer is as good as none: the phone shows what it kept. */
const patienceMs = 20_000;

const preferences = readPreferences(location.search);
applyTheme(document.documentElement, preferences.theme);

const fetcher: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(patienceMs) });
const model = new FieldModel(new Api(document.baseURI, fetcher), openBox(document.baseURI), preferences);
const exit = new Exit(document.baseURI);
model.signedOut = () => exit.signIn();
const session = new Session(document.baseURI, preferences.lang, fetcher);
model.reader = async () => readerOf(await session.who());
sessionChannel(document.baseURI)?.addEventListener('message', ({ data }: MessageEvent<SessionNews>) => (data === 'out' ? void model.ended() : exit.reload()));
const root = document.getElementById('app');
if (root) render(<App model={model} />, root);

/** A link that was shared opens its card, as soon as the feature is known. */
const shared = new URLSearchParams(location.search).get('feature');
if (shared !== null) {
  const stop = model.subscribe(() => {
    if (!model.state.features.has(shared)) return;
    stop();
    void model.open(shared);
  });
}
void model.start();
registerShell(document.baseURI, exit, (update) => model.setUpdate(update));
