// Users of a store, and signing in without the page.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { run, type TestStore } from './server';

export const password = '一条足够长的口令啊啊';

/** Makes a user of the store; seconds pass until a service that runs knows of it. */
export function addUser(binary: string, store: TestStore, name: string, role: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-user-'));
  try {
    const file = join(folder, 'password');
    writeFileSync(file, password);
    run(binary, ['user', 'add', name, '--role', role, '--password-file', file, '--store', store.url]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Signs in as a provider's page would: the browser has the cookie, and no page of it knows. */
export async function signIn(context: BrowserContext, url: string, user: string): Promise<void> {
  const answer = await context.request.post(`${url}api/session`, { data: { user, password } });
  assert.equal(answer.status(), 200, await answer.text());
}
