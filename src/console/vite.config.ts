// Builds the browser pages into dist/console, in two builds: `staff` (desk and studio, React) and `shop` (the shopper's page and
// what other sites embed, with Preact in the place of React).
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const PAGES = { staff: ['desk', 'studio'], shop: ['shop'] };
const PREACT = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react/jsx-dev-runtime': 'preact/jsx-runtime',
  'react-dom/client': 'preact/compat/client',
  'react-dom': 'preact/compat',
  react: 'preact/compat',
};

export default defineConfig(({ mode }) => {
  const pages = mode === 'shop' ? PAGES.shop : PAGES.staff;
  return {
    root: here,
    base: '/',
    plugins: [react()],
    resolve: { alias: mode === 'shop' ? PREACT : {} },
    build: {
      outDir: path.join(here, '../../dist/console'),
      target: 'es2023',
      // every browser that runs the rest of the page preloads modules by itself
      modulePreload: { polyfill: false },
      // a data: URL would be the one thing the content security policy has to allow for styles
      assetsInlineLimit: 0,
      rolldownOptions: { input: pages.map((page) => path.join(here, `${page}.html`)) },
    },
  };
});
