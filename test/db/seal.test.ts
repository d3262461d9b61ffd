// Sealed secrets: open with the same key in the same place, and nowhere else.
import { describe, expect, test } from 'vitest';
import { createSeal } from '../../src/db/seal.ts';
import { AppError } from '../../src/errors.ts';

const KEY = 'a-key-of-the-installation-0123456789';
const seal = createSeal(KEY);

describe('a sealed secret', () => {
  test('opens in its place, after a restart too, and looks different every time', () => {
    const sealed = [seal.seal('whsec_密钥', 'hooks:1:2'), seal.seal('whsec_密钥', 'hooks:1:2')];
    expect(new Set(sealed).size).toBe(2);
    for (const one of sealed) {
      expect(one).not.toContain('whsec');
      expect(createSeal(KEY).open(one, 'hooks:1:2')).toBe('whsec_密钥');
    }
    expect(seal.open(seal.seal('', 'x'), 'x')).toBe('');
  });

  test('does not open in another place', () => {
    const sealed = seal.seal('secret', 'hooks:1:2');
    for (const place of ['hooks:1:3', 'hooks:12', '', 'hooks:1:2 '])
      expect(() => seal.open(sealed, place)).toThrow(AppError);
  });

  test('does not open with another key, and says that the key has changed', () => {
    const sealed = seal.seal('secret', 'x');
    expect(() => createSeal(`${KEY}!`).open(sealed, 'x')).toThrow(/JIEBANG_SECRET_KEY/);
  });

  test('one changed, missing or added character anywhere is noticed', () => {
    const sealed = seal.seal('a secret of some length', 'x');
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const spoiled = [
        sealed.slice(0, at) + other + sealed.slice(at + 1),
        sealed.slice(0, at) + sealed.slice(at + 1),
        `${sealed.slice(0, at)}${other}${sealed.slice(at)}`,
      ];
      for (const one of spoiled) {
        // the last character of base64url may carry unused bits
        const same = Buffer.from(one.split('.')[2] ?? '', 'base64url').equals(
          Buffer.from(sealed.split('.')[2]!, 'base64url'),
        );
        if (!(same && one.startsWith(sealed.slice(0, sealed.lastIndexOf('.') + 1))))
          expect(() => seal.open(one, 'x'), one).toThrow(AppError);
      }
    }
  });

  test.each(['', 'v1', 'v1..', '..', 'plain text', 'v2.xx.yy'])('%j is none', (text) => {
    expect(() => seal.open(text, 'x')).toThrow(AppError);
  });
});
