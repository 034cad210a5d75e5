import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { CacheBox } from './box';

const base = 'https://map.example/yiping/';

/** Cache storage that opens a cache only when it is let. */
class Storage {
  readonly kept = new Map<string, Map<string, Response>>();
  private readonly opening: (() => void)[] = [];

  open = (name: string) =>
    new Promise<unknown>((resolve) =>
      this.opening.push(() => {
        const cache = this.kept.get(name) ?? new Map<string, Response>();
        this.kept.set(name, cache);
        resolve({ put: (key: string, value: Response) => Promise.resolve(void cache.set(key, value)) });
      }),
    );
  keys = () => Promise.resolve([...this.kept.keys()]);
  delete = (name: string) => Promise.resolve(this.kept.delete(name));
  match = (key: string, { cacheName }: { cacheName: string }) => Promise.resolve(this.kept.get(cacheName)?.get(key)?.clone());

  letOpen(): void {
    for (const go of this.opening.splice(0)) go();
  }
}

let storage: Storage;
beforeEach(() => Object.assign(globalThis, { caches: (storage = new Storage()) }));
afterEach(() => Reflect.deleteProperty(globalThis, 'caches'));

test('what is kept is found again, and to look for what is not makes nothing', async () => {
  const box = new CacheBox(base);
  assert.equal(await box.get('city'), null);
  assert.equal(storage.kept.size, 0);
  const put = box.put('city', { n: 1 }, 5);
  storage.letOpen();
  await put;
  assert.deepEqual(await box.get('city'), { at: 5, value: { n: 1 } });
});

test('what is being kept while all is forgotten is forgotten too', async () => {
  const box = new CacheBox(base);
  const put = box.put('card/project/1', { secret: true }, 5);
  const cleared = box.clear();
  storage.letOpen();
  await Promise.all([put, cleared]);
  assert.deepEqual([...storage.kept.keys()], []);
});

test('a closed box keeps nothing', async () => {
  const box = new CacheBox(base);
  box.close();
  await box.put('city', 1, 5);
  assert.equal(storage.kept.size, 0);
});
