/** Builds the page into `dist/portal/web`: `vite build --config portal/web/vite.config.ts portal/web`. */
import { defineConfig } from 'vite';

/** No inline script or style may come out of it: the portal's policy forbids them. */
const config = defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/portal/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
export default config;
