// WeChat's wire, part by part: published vectors, encryption, signatures, XML, splitting of long texts.
import { createCipheriv } from 'node:crypto';
import { decrypt as tencentDecrypt, encrypt as tencentEncrypt } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decrypt, encrypt, readAesKey } from '../../src/channels/wechat/crypto.ts';
import { readXml, textReply } from '../../src/channels/wechat/envelope.ts';
import { isFresh, sameSignature, sign } from '../../src/channels/wechat/signature.ts';
import { splitText } from '../../src/channels/wechat/text.ts';
import { PARTY } from './harnesses.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot carry
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const OTHER_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

describe('vectors', () => {
  test('Tencent’s published sample', () => {
    const echostr = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
    expect(sign('QDG6eK', '1409659589', '263014780', echostr)).toBe('5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3');
    expect(decrypt(readAesKey(OTHER_KEY), echostr, 'wx5823bf96d3bd56c7')).toBe('1616140317555161061');
  });

  test('plain signature', () => {
    expect(sign('testtoken123', '1700000000', 'n0nce42')).toBe('0aa46c5be64c1912f885e41f019ae45e684f47e0');
  });

  test('an encrypted message, byte for byte', () => {
    const key = readAesKey(PARTY.aesKey);
    expect(key.toString('hex')).toBe('69b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3d0010831051');
    const xml =
      '<xml><ToUserName><![CDATA[gh_abc]]></ToUserName><FromUserName><![CDATA[oUser1]]></FromUserName><CreateTime>1700000000</CreateTime>' +
      '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>23456789012345678</MsgId></xml>';
    const sealed =
      'Q3stYC6hdFzMh9T8HCvyDF1H9kwak3335s7+/WV9wmdX5ofcJd783dVlvX34gwFRKvYUvMGDoSBFVsrCvjOT5kpkQ2dvgXmF178IWaTra3mUNEuQ5cUntpvqeiuahFsZjsFnh98nNY67QoNd8OI+kMF1ZWqMjYIMMcsjUhaaR5C4+wFRcFZfRuU2iJHSA7rv8bMFJ4gZAIUC/S/urAB56Pq2tBy3jQ9huAYkoTjsZ8HMkxsR/bU382AUhRDBJxrbb54WARHwFMOMKUHwTMETwkzrRz6D1jUhX3Ymq9xn2TrWc/Mz9QICiU9Ts9wgEuW8brEH5+waH10a3hHNtdDf5wY+ZuvOg5V4RysGA3BOUL/dWl/YkYFInQfy8SniERVD';
    expect(encrypt(key, xml, PARTY.appId, Buffer.from('0123456789abcdef'))).toBe(sealed);
    expect(sign(PARTY.token, '1700000000', 'n0nce42', sealed)).toBe('c3e4c3f9ea10cb41fecd09de51470a30023e4621');
    expect(decrypt(key, sealed, PARTY.appId)).toBe(xml);
  });
});

describe('encryption', () => {
  const key = readAesKey(PARTY.aesKey);
  const text = fc.string({ unit: 'grapheme' }).map((s) => s.toWellFormed());

  test('any text comes back, and Tencent’s own library agrees both ways', () => {
    fc.assert(
      fc.property(text, fc.stringMatching(/^wx[0-9a-f]{16}$/), (message, appId) => {
        const sealed = encrypt(key, message, appId);
        expect(Buffer.from(sealed, 'base64').length % 32).toBe(0);
        expect(decrypt(key, sealed, appId)).toBe(message);
        expect(tencentDecrypt(PARTY.aesKey, sealed)).toMatchObject({ message, id: appId });
        expect(decrypt(key, tencentEncrypt(PARTY.aesKey, message, appId), appId)).toBe(message);
        expect(decrypt(key, sealed, `${appId}0`)).toBeNull();
      }),
    );
  });

  test('any bytes in place of a ciphertext: null, never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.base64String(),
          fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString('base64')),
        ),
        (bytes) => {
          expect(decrypt(key, bytes, PARTY.appId)).toBeNull();
        },
      ),
    );
  });

  /** Encrypts exactly these bytes, with whatever length and padding they claim. */
  const sealBytes = (plain: Buffer): string => {
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  };
  /** 16 random bytes, a length, `id` behind an empty message, then `pad`. */
  const handMade = (length: number, id: string, pad: number[]): Buffer => {
    const head = Buffer.alloc(20);
    head.writeUInt32BE(length, 16);
    return Buffer.concat([head, Buffer.from(id), Buffer.from(pad)]);
  };
  const times = (n: number, byte: number): number[] => Array.from({ length: n }, () => byte);

  test('lengths and paddings that lie are damage like any other', () => {
    expect(decrypt(key, sealBytes(handMade(0, 'wxid', times(8, 8))), 'wxid')).toBe('');
    const lies = [
      handMade(0xffffffff, 'wxid', times(8, 8)),
      handMade(5, 'wxid', times(8, 8)),
      handMade(0, 'wxid', [9, ...times(7, 8)]),
      handMade(0, 'wxid', times(8, 0)),
      handMade(0, 'wxid', [...times(7, 33), 33]),
      handMade(0, 'wxid', times(8, 255)),
      Buffer.from(times(32, 32)),
      Buffer.from(times(16, 16)),
    ];
    expect(decrypt(key, sealBytes(handMade(5, '', times(12, 12))), '')).toBeNull();
    for (const lie of lies) expect(decrypt(key, sealBytes(lie), 'wxid'), lie.toString('hex')).toBeNull();
  });

  test('a key of the wrong length stops the start', () => {
    expect(() => readAesKey('short')).toThrow(/43/);
  });
});

describe('signatures and time', () => {
  test('strings of any lengths can be compared', () => {
    expect(sameSignature('abc', 'abc')).toBe(true);
    for (const given of ['', 'ab', 'abcd', 'ABC', '中']) expect(sameSignature('abc', given)).toBe(false);
  });

  test('the window has two sides and wants a whole number', () => {
    const now = 1_700_000_000_000;
    expect(['1699999700', '1700000300'].every((t) => isFresh(t, 300, now))).toBe(true);
    expect(
      ['1699999699', '1700000301', '', '1e9', '0x6553f100', '-1', ' 1700000000', 'NaN'].some((t) =>
        isFresh(t, 300, now),
      ),
    ).toBe(false);
  });
});

describe('xml', () => {
  test('only bare, well-formed, flat messages are read', () => {
    expect(readXml('<?xml version="1.0"?>\n<xml>\n<A>1</A>\n<B> <![CDATA[ x ]]></B></xml>')).toEqual({
      A: '1',
      B: '  x ',
    });
    for (const xml of [
      '<xml a="1"><A>1</A></xml>',
      '<xml><!-- <![CDATA[ --><A>1</A><!-- ]]> --></xml>',
      '<xml><?x y?></xml>',
      '<xml><A>1</A><A>2</A></xml>',
      '<xml><__proto__>1</__proto__></xml>',
      '<a/><b/>',
      '<xml>1</xml>',
      'x',
      '',
    ]) {
      expect(readXml(xml), xml).toBeNull();
    }
  });

  test('entities stay as they were written', () => {
    expect(readXml('<xml><A>&lt;&#20320;&amp;</A></xml>')).toEqual({ A: '&lt;&#20320;&amp;' });
  });

  test('whatever text a reply has, it reads back, less what XML cannot carry', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(']]>', ']]]]>>', '<![CDATA[', ']]')),
        (text) => {
          const fields = readXml(textReply({ to: 'o', from: 'g', createdAt: '1', text }));
          expect(fields?.Content).toBe(text.toWellFormed().replaceAll(NOT_XML, '').replaceAll(/\r\n?/g, '\n'));
        },
      ),
    );
  });
});

describe('splitting', () => {
  test('parts give the text back, fit, and never cut a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('退', 'a', '\n', '。', '👨‍👩‍👧', '🇨🇳', 'é', '￥9'), { maxLength: 200 }),
        fc.integer({ min: 30, max: 120 }),
        (characters, limit) => {
          const text = characters.join('');
          const parts = splitText(text, limit);
          expect(parts.join('')).toBe(text);
          for (const part of parts) {
            expect(Buffer.byteLength(part)).toBeLessThanOrEqual(limit);
            expect(part).not.toMatch(/^[\u200d\u0301]|\u200d$/u);
          }
        },
      ),
    );
  });

  test('ends a part at a sentence when there is one', () => {
    expect(splitText(`${'一'.repeat(400)}。${'二'.repeat(400)}`)[0]).toBe(`${'一'.repeat(400)}。`);
  });

  test('one character beyond the limit is taken apart rather than refused', () => {
    const zalgo = `e${'\u0301'.repeat(100)}`;
    const parts = splitText(zalgo, 50);
    expect(parts.join('')).toBe(zalgo);
    expect(parts.every((p) => Buffer.byteLength(p) <= 50)).toBe(true);
  });
});
