import { defineConfig } from 'vite';

// Pages find everything relative to themselves, so that the service works under
// any --base-path. Chromium 109 is the oldest browser on the walls.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    target: 'chrome109',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: { wall: 'index.html' } },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/tiles', '/style.json'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
});
