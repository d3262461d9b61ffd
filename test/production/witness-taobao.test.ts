// The platform's own kit as a witness: what `checkSignForSpi` of taobao-sdk accepts and refuses, our door accepts and refuses.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSpi } from '../../src/channels/taobao/spi.ts';
import { toGbk } from '../channels/gbk-bytes.ts';
import { type SpiOptions, spiBody, spiRequest, TOP_PARTY } from '../channels/taobao-client.ts';

const WITNESS = path.resolve(import.meta.dirname, '../witness');
const KIT = path.join(WITNESS, 'node_modules/taobao-sdk/lib/spiUtil.js');

interface Kit {
  checkSignForSpi(url: string, body: string, headers: Record<string, string>, secret: string): boolean;
}

/** Installed by the production tests only: `npm ci` in test/witness. */
describe.skipIf(!existsSync(KIT))('taobao-sdk', () => {
  const kit = () => createRequire(import.meta.url)(KIT) as Kit;
  const key = { appKey: TOP_PARTY.appKey, secrets: [TOP_PARTY.appSecret], now: Date.now };
  const body = spiBody({ id: '1', shopperId: 'u', text: '什么时候发货 a+b' });
  // headers of top-sign-list are not among them: the kit means to add them and loops over an object as if it were a list
  const cases: [string, SpiOptions, boolean][] = [
    ['as it is', {}, true],
    ['with words in the query', { query: { biz: '中文 a+b&c=d', empty: '' } }, true],
    ['in GBK', { contentType: 'application/json;charset=GBK', bytesOf: toGbk }, true],
    ['with another sign', { query: {} }, false],
  ];

  it.each(cases)('%s', (_name, options, isGood) => {
    const bytes = options.bytesOf?.(body) ?? Buffer.from(body);
    const request = spiRequest(TOP_PARTY, bytes, options);
    if (!isGood) request.query = { ...request.query, sign: request.query.sign!.replace(/^./, 'Z') };
    const query = Object.entries(request.query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    // the kit takes the body as text and encodes it itself
    const text = new TextDecoder(options.bytesOf ? 'gbk' : 'utf-8').decode(bytes);
    const theirs = kit().checkSignForSpi(`/spi?${query.join('&')}`, text, { ...request.headers }, TOP_PARTY.appSecret);
    expect(theirs).toBe(isGood);
    expect(openSpi(request, key) !== null).toBe(isGood);
  });
});
