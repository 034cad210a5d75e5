import { render } from 'preact';
import { nextAddress, Session, sessionChannel, signOnAddress, type SessionNews } from '../kit/session';
import { applyTheme } from '../kit/tokens';
import { SignIn } from './page';
import '../parts/base.css';
import './signin.css';

const query = new URLSearchParams(location.search);
const lang = query.get('lang') === 'en' ? 'en' : 'zh';
applyTheme(document.documentElement, query.get('theme') === 'light' ? 'light' : 'dark');
document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';

const other = new URL(location.href);
other.searchParams.set('lang', lang === 'zh' ? 'en' : 'zh');

const next = query.get('next') ?? '';
const root = document.getElementById('app');
const session = new Session(document.baseURI, lang);
const channel = sessionChannel(document.baseURI);
const tell = (news: SessionNews) => channel?.postMessage(news);
const heard = (listen: () => void) => channel?.addEventListener('message', listen);
const page = <SignIn session={session} lang={lang} next={nextAddress(document.baseURI, next)} signOn={signOnAddress(document.baseURI, next)} otherLang={other.href} tell={tell} heard={heard} />;
if (root) render(page, root);
