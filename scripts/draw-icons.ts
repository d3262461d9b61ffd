// Draws the icons of the installable page from baton.svg, through Chromium: `node scripts/draw-icons.ts`. The pictures are kept in the repository.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findChromium, openBrowser } from '../test/browser/chromium.ts';

const consoleDir = path.resolve(import.meta.dirname, '../src/console');
const target = path.join(consoleDir, 'public', 'icons');
const svg = readFileSync(path.join(consoleDir, 'baton.svg'), 'utf8');
/** Systems cut their own shape out of these two: the ground goes to the edge, the hands stay in the middle four fifths. */
const fullBleed = svg
  .replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"')
  .replace('<rect width="32" height="32" rx="9"', '<rect x="-4" y="-4" width="40" height="40"');

const ICONS = [
  { name: 'baton-192', size: 192, drawing: svg },
  { name: 'baton-512', size: 512, drawing: svg },
  { name: 'baton-maskable-512', size: 512, drawing: fullBleed },
  { name: 'apple-touch-180', size: 180, drawing: fullBleed },
];

const executable = findChromium();
if (executable === null) throw new Error('no Chromium found: install one or set CHROMIUM_PATH');
const browser = await openBrowser(executable);
try {
  mkdirSync(target, { recursive: true });
  const page = await browser.newPage();
  for (const { name, size, drawing } of ICONS) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>html,body{margin:0;background:transparent}svg{display:block}</style>${drawing}`);
    await page.locator('svg').evaluate((element, px) => {
      element.setAttribute('width', String(px));
      element.setAttribute('height', String(px));
    }, size);
    writeFileSync(path.join(target, `${name}.png`), await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}
