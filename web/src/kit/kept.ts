// What pages leave in the browser of what a reader was shown. It is that reader's:
// nobody who comes after finds it, and signing out takes it away.

/** Names are those of this service alone, where several share an origin. */
export function place(base: string): string {
  return new URL('.', base).pathname;
}

const prefix = 'yiping-field-';

/** Another form of the documents takes another number. */
const form = 1;

export function cacheName(base: string, what: string): string {
  return `${prefix}${what}-${form} ${place(base)}`;
}

export const preferencesName = 'yiping-field';

/** Forgets all that was kept, in whatever form an older release kept it. The pages
 * themselves stay: they tell nothing. */
export async function forgetKept(base: string): Promise<void> {
  try {
    localStorage.removeItem(preferencesName);
  } catch {
    // Storage is closed to this page: then nothing is in it.
  }
  if (typeof caches === 'undefined') return;
  const own = (await caches.keys()).filter((name) => name.startsWith(prefix) && name.endsWith(` ${place(base)}`));
  await Promise.all(own.map((name) => caches.delete(name)));
}
