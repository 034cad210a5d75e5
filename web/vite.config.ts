import { defineConfig } from 'vite';
import { fieldShell } from './shell.ts';

// Pages find everything relative to themselves, so that the service works under
// any --base-path. Chromium 109 is the oldest browser on the walls.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  plugins: [fieldShell()],
  build: {
    target: 'chrome109',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: { wall: 'index.html', field: 'field.html', signin: 'signin.html', docs: 'api/docs.html' } },
  },
  server: {
    proxy: Object.fromEntries(
      ['^/api/(?!docs)', '/tiles', '/archives', '/style.json'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
});
