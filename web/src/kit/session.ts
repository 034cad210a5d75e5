// Who is signed in, and the way to the page where one signs in.

import type { Sent, Wire } from '../api/wire';
import { place } from './kept';
import { record, text } from './read';

export type Role = 'viewer' | 'field' | 'editor' | 'auditor' | 'admin';

export type Who = Readonly<{
  signedIn: boolean;
  user: string;
  title: string;
  role: string;
  /** A wall with a token of its own. */
  display: boolean;
  rights: readonly string[];
  districts: readonly string[];
  unit: string;
  /** The password was given by another, and is to be changed first. */
  mustChange: boolean;
  /** Has a password here. */
  password: boolean;
  /** One can sign on at a provider. */
  signOn: boolean;
  /** Who reads must sign in. */
  closed: boolean;
  /** What this browser read by has ended: a session, or the token of a display. */
  signedOut: '' | 'session' | 'display';
}>;

export function readWho(doc: Wire<'Who'>): Who {
  return {
    signedIn: doc.signedIn === true,
    user: text(doc.user),
    title: text(doc.title),
    role: text(doc.role),
    display: doc.display === true,
    rights: Array.isArray(doc.rights) ? doc.rights.map(String) : [],
    districts: Array.isArray(doc.districts) ? doc.districts.map(String) : [],
    unit: text(doc.unit),
    mustChange: doc.mustChange === true,
    password: doc.password === true,
    signOn: doc.signOn === true,
    closed: doc.reading === 'closed',
    signedOut: doc.signedOut ?? '',
  };
}

/** Whose what is shown is; "" for what everyone may read. */
export function readerOf(who: Who): string {
  return !who.signedIn ? '' : who.user || 'token';
}

/** A refusal in words, as the service gives it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
    /** The field at fault, where one is. */
    readonly parameter: string,
    /** Seconds until it is worth asking again. */
    readonly wait = 0,
  ) {
    super(detail);
  }
}

/** Signing in and out, seen from a page. */
export class Session {
  constructor(
    readonly base: string,
    private readonly lang: string,
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
  ) {}

  who(): Promise<Who> {
    return this.ask('GET', 'api/session');
  }

  signIn(user: string, password: string): Promise<Who> {
    const sent: Sent<'/api/session', 'post'> = { user, password };
    return this.ask('POST', 'api/session', sent);
  }

  signOut(): Promise<Who> {
    return this.ask('DELETE', 'api/session');
  }

  change(old: string, next: string): Promise<Who> {
    const sent: Sent<'/api/session/password', 'put'> = { old, new: next };
    return this.ask('PUT', 'api/session/password', sent);
  }

  private async ask(method: string, path: string, body?: object): Promise<Who> {
    const answer = await this.fetcher(new URL(path, this.base), {
      method,
      cache: 'no-store',
      headers: { 'Accept-Language': this.lang, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const doc = record(await answer.json(), path);
    if (!answer.ok) throw new Refused(answer.status, text(doc.detail), text(doc.parameter), Number(answer.headers.get('Retry-After') ?? 0));
    return readWho(doc);
  }
}

/** The address of the sign-in page that leads back to a page. */
export function signInAddress(base: string, from: string): string {
  const url = new URL('signin', base);
  const path = from.startsWith(new URL('.', base).href) ? from.slice(new URL('.', base).href.length) : '';
  if (path !== '') url.searchParams.set('next', path);
  return url.href;
}

/** The address that leads to the provider and back to a page. */
export function signOnAddress(base: string, next: string): string {
  const url = new URL('api/session/oidc', base);
  if (next !== '') url.searchParams.set('next', next);
  return url.href;
}

/** Where to go on after signing in: a page of this service and no other. */
export function nextAddress(base: string, next: string): string {
  const home = new URL('.', base);
  try {
    const url = new URL(next, home);
    return url.href.startsWith(home.href) && !url.pathname.endsWith('/signin') ? url.href : home.href;
  } catch {
    return home.href;
  }
}

/** A fetch that leads to the sign-in page once the service asks who it is. */
export function signedFetch(leave: () => void, fetcher: typeof fetch = (...args) => fetch(...args)): typeof fetch {
  return async (...args) => {
    const answer = await fetcher(...args);
    if (answer.status === 401) leave();
    return answer;
  };
}

const watchMs = 30_000;

export type Watch = Readonly<{
  /** Who reads, as it is known first. */
  reads: (reader: string) => void;
  /** Reading is closed, and nobody is signed in any more. */
  leave: () => void;
  /** Another reads than before. */
  changed: () => void;
}>;

/** Looks every so often whether the page may still show what it shows; gives the
 * means to look at once. */
export function watchSession(session: Session, told: Watch): () => void {
  let reader: string | null = null;
  const look = async () => {
    try {
      const who = await session.who();
      if (who.closed && !who.rights.includes('read')) return told.leave();
      const now = readerOf(who);
      if (reader === null) told.reads(now);
      else if (reader !== now) told.changed();
      reader = now;
    } catch {
      // Away or busy: the page says so by itself.
    }
  };
  setInterval(() => void look(), watchMs);
  sessionChannel(session.base)?.addEventListener('message', () => void look());
  void look();
  return () => void look();
}

/** Pages of this service tell each other when somebody signs in or out. */
export function sessionChannel(base: string): BroadcastChannel | null {
  return typeof BroadcastChannel === 'function' ? new BroadcastChannel(`yiping-session ${place(base)}`) : null;
}

/** To the other pages of this browser. */
export type SessionNews = 'in' | 'out';
