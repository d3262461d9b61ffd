// Builds the browser pages into dist/console, in three builds: `staff` (desk and studio, React), `shop` (the shopper's page, with
// Preact in the place of React) and `widget` (the one classic script that other sites load; nothing in it but its own lines).
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const INPUTS: Record<string, string[]> = {
  staff: ['desk.html', 'studio.html'],
  shop: ['shop.html'],
  widget: ['widget.ts'],
};
const shim = path.join(here, 'preact-shim.ts');
const PREACT = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react/jsx-dev-runtime': 'preact/jsx-runtime',
  'react-dom/client': shim,
  react: shim,
};
/** Other sites name it in their pages: no hash, and no module, so that `document.currentScript` says where it came from. */
const WIDGET = { format: 'iife', entryFileNames: 'widget.js' } as const;

/** What the first view needs is one file: it compresses better. */
const FIRST = { name: 'first', test: /page\.tsx$/ };
/** The styles of all parts come with the page, so that a part that comes later is fetched by a plain import. */
const PLAIN_IMPORTS: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null),
};

export default defineConfig(({ mode }) => ({
  root: here,
  base: '/',
  plugins: [react(), ...(mode === 'shop' ? [PLAIN_IMPORTS] : [])],
  resolve: { alias: mode === 'shop' ? PREACT : {} },
  build: {
    outDir: path.join(here, '../../dist/console'),
    target: mode === 'widget' ? 'es2020' : 'es2023',
    // every browser that runs the rest of the page preloads modules by itself
    modulePreload: { polyfill: false },
    // a data: URL would be the one thing the content security policy has to allow for styles
    assetsInlineLimit: 0,
    cssCodeSplit: mode !== 'shop',
    rolldownOptions: {
      input: (INPUTS[mode] ?? INPUTS.staff!).map((file) => path.join(here, file)),
      ...(mode === 'widget' && { output: WIDGET }),
      ...(mode === 'shop' && { output: { codeSplitting: { groups: [FIRST] } } }),
    },
  },
}));
