// Builds the console into dist/console. One page serves /, /shop, /desk and /sign-in; the desk loads only where it is shown.
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: path.join(import.meta.dirname, '../../dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // every browser that runs the rest of the page preloads modules by itself
    modulePreload: { polyfill: false },
    // a data: URL would be the one thing the content security policy has to allow for styles
    assetsInlineLimit: 0,
  },
});
