// The service worker of the phone page. `shell` is written before it at build time:
// the version, the entry's name, the files. It keeps one whole build: a new one is
// fetched beside it, and takes over when no page of the old one is open any more, or
// when the person says so. Nothing but those files ever comes from here.

const base = new URL('.', self.location.href);
const page = new URL('field', base).href;
const prefix = `yiping-shell ${base.pathname} `;
const cacheName = prefix + shell.version;
const own = new Set(shell.files.map((file) => new URL(file, base).href));

self.addEventListener('install', (event) => event.waitUntil(keep()));

async function keep() {
  const cache = await caches.open(cacheName);
  const answer = await fetch(page, { cache: 'no-cache' });
  // A page of another build would ask for files that are not kept.
  if (!answer.ok || !(await answer.clone().text()).includes(shell.entry)) throw new Error('the page is of another build');
  await cache.put(page, answer);
  await cache.addAll([...own]);
}

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
  // The page that installed it works without a network from now on.
  await self.clients.claim();
}

self.addEventListener('message', (event) => {
  if (event.data === 'start') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  const bare = url.origin + url.pathname;
  if (request.mode === 'navigate' ? bare === page : own.has(bare)) event.respondWith(kept(bare, request));
});

async function kept(bare, request) {
  const cache = await caches.open(cacheName);
  return (await cache.match(bare)) ?? fetch(request);
}
