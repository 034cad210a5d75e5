// The page where one signs in, changes the password and signs out.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { forgetKept } from '../kit/kept';
import { Refused, type Session, type SessionNews, type Who } from '../kit/session';
import type { Lang } from '../kit/words';
import { signInWords, type SignInWords } from './words';

type Props = Readonly<{ session: Session; lang: Lang; next: string; signOn: string; otherLang: string; tell: (news: SessionNews) => void; heard: (listen: () => void) => void }>;

export function SignIn({ session, lang, next, signOn, otherLang, tell, heard }: Props) {
  const w = signInWords[lang];
  const [who, setWho] = useState<Who | null>(null);
  const [fault, setFault] = useState('');
  useEffect(() => {
    let asked = 0;
    const look = () => {
      const turn = ++asked;
      // Of two answers the one to the later question is true.
      session.who().then(
        (now) => turn === asked && setWho(now),
        (e: unknown) => setFault(told(e, w)),
      );
    };
    look();
    heard(look); // another page signs in or out
  }, [session]);
  const enter = (now: Who) => {
    tell('in');
    if (now.signedIn && !now.mustChange) location.assign(next);
    else setWho(now);
  };
  const leave = async () => {
    tell('out');
    // What this browser kept goes whether or not the service can be reached.
    const gone = await session.signOut().finally(() => forgetKept(session.base));
    tell('out');
    setWho(gone);
  };
  return (
    <main>
      <header>
        <h1>{w.product}</h1>
        <a href={otherLang} lang={lang === 'zh' ? 'en' : 'zh-CN'}>
          {w.other}
        </a>
      </header>
      {who === null ? (
        <Fault text={fault} />
      ) : !who.signedIn ? (
        <PasswordForm w={w} session={session} enter={enter} signOn={who.signOn ? signOn : ''} />
      ) : (
        <Account w={w} who={who} session={session} next={next} enter={enter} leave={leave} />
      )}
    </main>
  );
}

function PasswordForm({ w, session, enter, signOn }: Readonly<{ w: SignInWords; session: Session; enter: (who: Who) => void; signOn: string }>) {
  const { busy, fault, wait, run } = useAsk(w);
  const submit = (form: FormData) => run(async () => enter(await session.signIn(field(form, 'user'), field(form, 'password'))));
  return (
    <Form submit={submit} title={w.signIn}>
      <Entry label={w.user} name="user" autoComplete="username" first />
      <Entry label={w.password} name="password" secret autoComplete="current-password" />
      <Fault text={fault} />
      <button class="primary" disabled={busy || wait > 0}>
        {busy ? w.busy : wait > 0 ? w.wait(wait) : w.enter}
      </button>
      {signOn !== '' && (
        <a class="plain" href={signOn}>
          {w.signOn}
        </a>
      )}
      <p class="hint">{w.forgotten}</p>
    </Form>
  );
}

type AccountProps = Readonly<{ w: SignInWords; who: Who; session: Session; next: string; enter: (who: Who) => void; leave: () => Promise<void> }>;

function Account({ w, who, session, next, enter, leave }: AccountProps) {
  const { busy, fault, run } = useAsk(w);
  const signOut = () => void run(leave);
  return (
    <>
      <section>
        <h2>{w.signedInAs}</h2>
        <p class="name">{who.title || who.user || w.product}</p>
        <p class="hint">{[w.roles[who.role] ?? '', who.districts.join('、') || w.everywhere, who.unit].filter((part) => part !== '').join(' · ')}</p>
        {who.mustChange ? (
          <p class="notice" role="status">
            {w.changeFirst}
          </p>
        ) : (
          <a class="primary" href={next}>
            {w.toMap}
          </a>
        )}
        <button class="plain" disabled={busy} onClick={signOut}>
          {w.signOut}
        </button>
        <Fault text={fault} />
      </section>
      {who.password && <ChangeForm w={w} session={session} must={who.mustChange} enter={enter} user={who.user} />}
    </>
  );
}

type ChangeProps = Readonly<{ w: SignInWords; session: Session; must: boolean; user: string; enter: (who: Who) => void }>;

function ChangeForm({ w, session, must, user, enter }: ChangeProps) {
  const { busy, fault, run } = useAsk(w);
  const [done, setDone] = useState(false);
  const submit = (form: FormData) =>
    run(async () => {
      if (field(form, 'next') !== field(form, 'again')) throw new Refused(0, w.differ, 'again');
      const who = await session.change(field(form, 'old'), field(form, 'next'));
      setDone(true);
      if (must) enter(who);
    });
  return (
    <Form submit={submit} title={w.changeTitle}>
      <input class="visually-hidden" type="text" name="user" value={user} autoComplete="username" tabIndex={-1} aria-hidden="true" readOnly />
      <Entry label={w.old} name="old" secret autoComplete="current-password" first={must} />
      <Entry label={w.next} name="next" secret autoComplete="new-password" />
      <Entry label={w.again} name="again" secret autoComplete="new-password" />
      <Fault text={fault} />
      {done && !must && (
        <p class="notice" role="status">
          {w.changed}
        </p>
      )}
      <button class={must ? 'primary' : 'plain'} disabled={busy}>
        {busy ? w.busy : w.change}
      </button>
    </Form>
  );
}

function Form({ submit, title, children }: Readonly<{ submit: (form: FormData) => void; title: string; children: ComponentChildren }>) {
  return (
    <form
      method="post"
      onSubmit={(e) => {
        e.preventDefault();
        submit(new FormData(e.currentTarget));
      }}
    >
      <h2>{title}</h2>
      {children}
    </form>
  );
}

type EntryProps = Readonly<{ label: string; name: string; secret?: boolean; autoComplete: string; first?: boolean }>;

function Entry({ label, name, secret = false, autoComplete, first = false }: EntryProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (first) input.current?.focus();
  }, []);
  return (
    <label>
      <span>{label}</span>
      <input ref={input} name={name} {...(secret ? { type: 'password' as const } : { type: 'text' as const })} autoComplete={autoComplete} autoCapitalize="none" spellcheck={false} required />
    </label>
  );
}

function Fault({ text }: Readonly<{ text: string }>) {
  return (
    <p class="fault" role="alert">
      {text}
    </p>
  );
}

/** Runs one question to the service at a time, and keeps what it was refused for. */
function useAsk(w: SignInWords) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const [until, setUntil] = useState(0);
  const wait = useCountdown(until);
  const run = async (ask: () => Promise<void>) => {
    setBusy(true);
    setFault('');
    try {
      await ask();
    } catch (e) {
      setFault(told(e, w));
      if (e instanceof Refused && e.wait > 0) setUntil(Date.now() + e.wait * 1000);
    }
    setBusy(false);
  };
  return { busy, fault, wait, run };
}

/** Whole seconds until a moment, counted down. */
function useCountdown(until: number): number {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return seconds;
}

function told(e: unknown, w: SignInWords): string {
  return e instanceof Refused && e.message !== '' ? e.message : w.unreachable;
}

function field(form: FormData, name: string): string {
  const v = form.get(name);
  return typeof v === 'string' ? v : '';
}
