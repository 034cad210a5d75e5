// Runs TypeScript tests with Node's own runner: bundles every *.test.ts under the
// given folders and hands the result to `node --test`.

import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const [folder, ...options] = process.argv.slice(2);
const outDir = join('node_modules', '.tests', folder);

function tests(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? tests(path) : /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const input = Object.fromEntries(tests(folder).map((path) => [path.replace(/\.tsx?$/, '').replaceAll(/[\\/]/g, '.'), path]));
rmSync(outDir, { recursive: true, force: true });
await build({ logLevel: 'warn', build: { ssr: true, outDir, target: 'node20', rolldownOptions: { input } } });

const files = Object.keys(input).map((name) => join(outDir, `${name}.js`));
const run = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...options, ...files], { stdio: 'inherit' });
process.exit(run.status ?? 1);
