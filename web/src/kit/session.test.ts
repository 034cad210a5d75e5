import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAddress, readWho, Refused, Session, signedFetch, signInAddress } from './session';

const base = 'https://map.example/yiping/';

test('the way back leads to this service alone', () => {
  for (const [next, want] of [
    ['', base],
    ['?district=310107#at=2022-06', `${base}?district=310107#at=2022-06`],
    ['field', `${base}field`],
    ['https://evil.example/', base],
    ['//evil.example/', base],
    ['/', base],
    ['/elsewhere', base],
    ['javascript:alert(1)', base],
    ['../', base],
    ['signin?next=signin', base],
    ['http://[', base],
  ] as const)
    assert.equal(nextAddress(base, next), want, next);
});

test('the sign-in page is told where one came from', () => {
  const from = `${base}?district=310107#at=2022-06`;
  const url = new URL(signInAddress(base, from));
  assert.equal(url.pathname, '/yiping/signin');
  assert.equal(nextAddress(base, url.searchParams.get('next') ?? ''), from);
  assert.equal(signInAddress(base, 'https://elsewhere.example/x'), `${base}signin`);
});

test('a refusal is told in the words of the service', async () => {
  const session = new Session(base, 'zh', async (_input, init) => {
    assert.equal(new Headers(init?.headers).get('Content-Type'), 'application/json');
    return new Response(JSON.stringify({ detail: '请 4 秒后再试', parameter: 'password' }), { status: 429 });
  });
  await assert.rejects(session.signIn('a', 'b'), (e: unknown) => e instanceof Refused && e.status === 429 && e.message === '请 4 秒后再试' && e.parameter === 'password');
});

test('who is read, whatever is missing', () => {
  assert.deepEqual(readWho({ reading: 'closed', rights: ['read'], signedIn: true, user: 'a' }).closed, true);
  assert.deepEqual(readWho({}).rights, []);
});

test('a page leaves once the service asks who it is', async () => {
  let left = 0;
  const answers = [200, 401, 503];
  const fetcher = signedFetch(
    () => left++,
    async () => new Response('{}', { status: answers.shift() ?? 200 }),
  );
  for (let n = 0; n < 3; n++) await fetcher(base);
  assert.equal(left, 1);
});
