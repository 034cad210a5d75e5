// The service worker that keeps the page itself for when there is no network.

import type { Exit } from '../kit/exit';

/** waits: a new version is there; calling what it gives starts the page with it. */
export function registerShell(base: string, exit: Exit, waits: (start: () => void) => void): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const { serviceWorker } = navigator;
  // Whichever page started the new version: the files of the old one are gone, and a
  // page of it would find nothing that it has not loaded yet.
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) exit.reload();
    controlled = true;
  });
  const offer = (worker: ServiceWorker | null) => {
    // The first one replaces nothing.
    if (!worker || !serviceWorker.controller) return;
    waits(() => worker.postMessage('start'));
  };
  serviceWorker
    .register(new URL('field-worker.js', base), { scope: new URL('.', base).pathname, updateViaCache: 'none' })
    .then((registration) => {
      offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const { installing } = registration;
        installing?.addEventListener('statechange', () => installing.state === 'installed' && offer(installing));
      });
    })
    .catch(() => undefined); // a browser that keeps nothing: the page works while there is a network
}
