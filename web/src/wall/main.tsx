import { render } from 'preact';
import { Api } from '../kit/api';
import { Exit } from '../kit/exit';
import { Session, signedFetch, watchSession } from '../kit/session';
import { applyTheme } from '../kit/tokens';
import { dayInHash } from './address';
import { App } from './app';
import { WallModel } from './model';
import '../parts/base.css';
import '../parts/marks.css';
import './wall.css';
import './map.css';
import './left.css';
import './right.css';
import '../parts/story.css';
import './card.css';

const query = new URLSearchParams(location.search);
const theme = query.get('theme') === 'light' ? 'light' : 'dark';
const lang = query.get('lang') === 'en' ? 'en' : 'zh';

applyTheme(document.documentElement, theme);
document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';

const exit = new Exit(document.baseURI);
const leave = () => exit.signIn();
const model = new WallModel(new Api(document.baseURI, signedFetch(leave)), { district: query.get('district') ?? '', theme, lang, at: dayInHash(location.hash) });
model.refused = watchSession(new Session(document.baseURI, lang), { reads: (reader) => model.readAs(reader), leave, changed: () => exit.reload() });
addEventListener('pageshow', (event) => {
  if (event.persisted) exit.reload(); // it slept, and missed what happened
});
const root = document.getElementById('app');
if (root) render(<App model={model} />, root);
void model.start();
