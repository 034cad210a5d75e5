import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exit } from './exit';

const base = 'https://map.example/yiping/';

/** A page that writes down where it was led, and a clock set by hand. */
function page() {
  const went: string[] = [];
  const shown: ((event: PageTransitionEvent) => void)[] = [];
  const at = { ms: 0 };
  const location = { href: `${base}field?district=310107`, replace: (to: string | URL) => void went.push(String(to)), reload: () => void went.push('again') };
  const exit = new Exit(base, { location, addEventListener: (_, listener) => shown.push(listener) }, () => at.ms);
  return { exit, went, at, show: (persisted: boolean) => shown.forEach((listener) => listener({ persisted } as PageTransitionEvent)) };
}

const signIn = `${base}signin?next=field%3Fdistrict%3D310107`;

test('a page leaves once, whoever says so, and by the first way', () => {
  const { exit, went, at } = page();
  exit.signIn();
  at.ms = 5000;
  exit.reload();
  exit.signIn();
  assert.deepEqual(went, [signIn]);
});

test('a page that comes back out of the browser’s memory may leave again', () => {
  const { exit, went, show } = page();
  exit.reload();
  show(false); // as every page is shown once it stands
  exit.signIn();
  assert.deepEqual(went, ['again']);
  show(true);
  exit.signIn();
  assert.deepEqual(went, ['again', signIn]);
});

test('a page whose leaving came to nothing leaves when it is told again', () => {
  const { exit, went, at } = page();
  exit.signIn();
  at.ms = 30_000;
  exit.signIn();
  assert.deepEqual(went, [signIn, signIn]);
});
