// A Vite plugin: writes the service worker of the phone page, with the list of the
// files that page is made of.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;

const publicFiles = ['favicon.svg', 'field.webmanifest', 'icon-192.png', 'icon-512.png'];

export function fieldShell(): Plugin {
  return {
    name: 'yiping-field-shell',
    apply: (config, { command }) => command === 'build' && !config.build?.ssr,
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const page = bundle['field.html'];
        if (page?.type !== 'asset') this.error('the phone page is not there');
        const files = [...reached(bundle), ...publicFiles].sort();
        const entry = files.find((f) => /assets\/field-.*\.js$/.test(f)) ?? this.error('the phone page has no entry');
        const version = createHash('sha256').update(JSON.stringify(files)).update(page.source).digest('hex').slice(0, 16);
        const source = readFileSync(new URL('src/field/worker.js', import.meta.url), 'utf8');
        this.emitFile({ type: 'asset', fileName: 'field-worker.js', source: `const shell = ${JSON.stringify({ version, entry, files })};\n${source}` });
      },
    },
  };
}

/** Everything the page loads, now or later, and the workers it starts. */
function reached(bundle: Bundle): Set<string> {
  const files = new Set(Object.keys(bundle).filter((f) => /worker.*\.js$/.test(f)));
  const walk = (name: string) => {
    const chunk = bundle[name];
    if (files.has(name) || chunk?.type !== 'chunk') return;
    files.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
    for (const asset of chunk.viteMetadata?.importedAssets ?? []) files.add(asset);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next);
  };
  const entry = Object.values(bundle).find((c) => c.type === 'chunk' && c.isEntry && c.name === 'field');
  if (entry) walk(entry.fileName);
  // Fonts hang on the style sheets.
  for (const name of Object.keys(bundle)) if (name.endsWith('.woff2')) files.add(name);
  return files;
}
