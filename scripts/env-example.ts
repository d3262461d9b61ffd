// Writes `.env.example` from the one table of settings. `--check` only says whether it is up to date. Knows no value of anybody.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SETTINGS } from '../src/settings.ts';

const FILE = path.resolve(import.meta.dirname, '../.env.example');

/** One setting a paragraph: why, then its default; everything commented out, so that a copy changes nothing. */
export function envExample(): string {
  const head = [
    '# Copy this file to .env and take the # away in front of what you want to change. Every setting has a default.',
    '# The environment wins over .env; --port, --data, --role and --shop win over both.',
  ];
  const settings = Object.entries(SETTINGS).map(([name, { why, fallback }]) => `# ${why}\n#${name}=${fallback}`);
  return `${[head.join('\n'), ...settings].join('\n\n')}\n`;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    if (readFileSync(FILE, 'utf8') !== envExample()) {
      console.error('.env.example is not what src/config.ts says: run node scripts/env-example.ts');
      process.exitCode = 1;
    }
  } else writeFileSync(FILE, envExample());
}
