// The console's pages: which file stands at which path, and what the browser may do in it. Knows no API.
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const PAGES: Record<string, string> = {
  '/': 'desk.html',
  '/desk': 'desk.html',
  '/sign-in': 'desk.html',
  '/board': 'desk.html',
  '/studio': 'studio.html',
  '/studio/*': 'studio.html',
  '/settings': 'studio.html',
  '/settings/*': 'studio.html',
  '/shop': 'shop.html',
};

/** As vite.config.ts writes it into the pages. */
const NONCE = 'NONCE_OF_THE_PAGE';

/** antd writes its styles into the page and gives them the nonce, but for this one: what keeps the page still under a dialog. */
const SCROLL_LOCK = '\nhtml body {\n  overflow-y: hidden;\n  \n}';
const SCROLL_LOCK_HASH = createHash('sha256').update(SCROLL_LOCK).digest('base64');

/** Frames of other sites may only hold the shopper's page. */
function policyOf(url: string, nonce: string): string {
  const styles = `style-src 'self' 'nonce-${nonce}' 'sha256-${SCROLL_LOCK_HASH}'`;
  const frames = url === '/shop' ? '' : "; frame-ancestors 'none'";
  return `default-src 'self'; ${styles}; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'${frames}`;
}

export async function servePages(app: FastifyInstance, dir: string): Promise<void> {
  await app.register(fastifyStatic, { root: dir, wildcard: false, index: false, maxAge: '1h', immutable: false });
  for (const [url, file] of Object.entries(PAGES)) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) => {
      // read each time: a build under a running server puts other names into the page
      const page = await readFile(path.join(dir, file), 'utf8');
      const nonce = randomBytes(16).toString('base64');
      void reply.header('content-security-policy', policyOf(url, nonce)).header('cache-control', 'no-cache');
      return reply.type('text/html; charset=utf-8').send(page.replaceAll(NONCE, nonce));
    });
  }
}
