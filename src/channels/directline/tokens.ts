// Direct Line's tokens: which conversation, whose, until when. Signed with a key made of the account's secret; knows no HTTP.
import { createHmac, randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { sameSignature } from '../wechat/signature.ts';

/** `client`: what a page holds. `stream` and `file` stand in addresses, so they open one thing for a short time. */
export type TokenUse = 'client' | 'stream' | 'file';

/** Web Chat and directlinejs look for `user` in a token that is a JWT, and let nobody else set it then. */
export interface Claims {
  conv: string;
  user?: string;
  /** Pages that may use it (`trustedOrigins`). */
  origins?: string[];
}

export type TokenRead = { kind: 'valid'; claims: Claims } | { kind: 'expired' } | { kind: 'invalid' };

/** Clients refresh every 15 minutes, and Microsoft's own tokens hold this long. Seconds. */
export const TOKEN_LIFE_S = 1800;
/** learn.microsoft.com, Direct Line 3.0, "connect via WebSocket stream": within 60 seconds. */
const STREAM_LIFE_S = 60;
/** A picture is asked for when it is drawn, and again when its conversation is drawn again with fresh addresses. */
const FILE_LIFE_S = 24 * 3600;
const LIFE_S: Readonly<Record<TokenUse, number>> = {
  client: TOKEN_LIFE_S,
  stream: STREAM_LIFE_S,
  file: FILE_LIFE_S,
};

export interface Tokens {
  isSecret(given: string): boolean;
  issue(use: TokenUse, claims: Claims): Promise<string>;
  read(use: TokenUse, token: string): Promise<TokenRead>;
  newConversation(): string;
  /** Whether that id came from `newConversation`; nothing has to be kept for it. */
  isConversation(id: string): boolean;
}

const keyOf = (secret: string, use: string): Buffer =>
  createHmac('sha256', secret).update(`jiebang directline ${use}`).digest();

/** What a token says of its account before anything has been checked. */
export function accountIn(token: string): string | null {
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      iss: unknown;
    };
    return typeof iss === 'string' ? iss : null;
  } catch {
    return null;
  }
}

function claimsIn({ conv, user, origins }: Record<string, unknown>): Claims | null {
  if (typeof conv !== 'string') return null;
  return {
    conv,
    ...(typeof user === 'string' && { user }),
    ...(Array.isArray(origins) && { origins: origins.filter((origin) => typeof origin === 'string') }),
  };
}

/** `previous`: a secret from before a rotation; what it opened stays open, nothing new is signed with it. */
export function createTokens(account: string, secret: string, previous: string, now: () => number): Tokens {
  const secrets = [secret, previous].filter((one) => one !== '');
  const mark = (id: string, of: string) =>
    createHmac('sha256', keyOf(of, 'conversation')).update(id).digest('base64url').slice(0, 11);

  async function readWith(of: string, use: TokenUse, token: string): Promise<TokenRead> {
    try {
      const { payload } = await jwtVerify(token, keyOf(of, use), {
        issuer: account,
        audience: use,
        algorithms: ['HS256'],
        currentDate: new Date(now()),
      });
      const claims = claimsIn(payload);
      return claims === null ? { kind: 'invalid' } : { kind: 'valid', claims };
    } catch (error) {
      return { kind: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
    }
  }

  return {
    isSecret: (given) => secrets.some((one) => sameSignature(one, given)),
    issue(use, claims) {
      const at = Math.floor(now() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(account)
        .setAudience(use)
        .setIssuedAt(at)
        .setExpirationTime(at + LIFE_S[use])
        .setJti(randomBytes(9).toString('base64url'))
        .sign(keyOf(secret, use));
    },
    async read(use, token) {
      for (const of of secrets) {
        const read = await readWith(of, use, token);
        if (read.kind !== 'invalid') return read;
      }
      return { kind: 'invalid' };
    },
    newConversation() {
      const id = randomBytes(12).toString('base64url');
      return `${id}${mark(id, secret)}`;
    },
    isConversation: (id) =>
      secrets.some((one) => id.length === 27 && sameSignature(mark(id.slice(0, 16), one), id.slice(16))),
  };
}
