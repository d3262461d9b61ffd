// The shopper's token: who writes, in which conversation, signed. Nothing in it is secret; everything in it is trusted.
import { jwtVerify, SignJWT } from 'jose';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { AppError } from '../errors.ts';

export interface VisitorClaims {
  shopId: ShopId;
  /** The shopper's id on the web channel. */
  visitorId: string;
  conversationId: ConversationId;
  name?: string;
  orderId?: string;
  productId?: string;
}

const LIFE_DAYS = 30;
const CACHE_MAX = 10_000;

export interface VisitorTokens {
  issue(claims: VisitorClaims): Promise<string>;
  /** @throws AppError `unauthorized` */
  read(token: string | undefined): Promise<VisitorClaims>;
}

export function createVisitorTokens(secret: string): VisitorTokens {
  const key = new TextEncoder().encode(secret);
  // a shopper polls with the same token many times a minute; verifying once is enough until it expires
  const verified = new Map<string, { claims: VisitorClaims; until: number }>();
  return {
    issue: ({ shopId, conversationId, visitorId, ...rest }) =>
      new SignJWT({ shop: shopId, conv: conversationId, ...rest })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(visitorId)
        .setAudience('visitor')
        .setExpirationTime(`${LIFE_DAYS}d`)
        .sign(key),
    async read(token) {
      if (!token)
        throw new AppError(
          'unauthorized',
          '缺少访客令牌：请先 POST /api/shop/visitors，再以 Authorization: Bearer 携带 token',
        );
      const cached = verified.get(token);
      if (cached && cached.until > Date.now()) return cached.claims;
      let claims: VisitorClaims;
      try {
        const { payload } = await jwtVerify(token, key, { audience: 'visitor', algorithms: ['HS256'] });
        const { shop, conv, sub, exp, aud: _, ...rest } = payload;
        claims = { ...rest, shopId: shop as string, conversationId: conv as string, visitorId: sub as string };
        if (verified.size >= CACHE_MAX) verified.delete(verified.keys().next().value!);
        verified.set(token, { claims, until: (exp ?? 0) * 1000 });
      } catch {
        throw new AppError('unauthorized', '访客令牌无效或已过期，请重新进入聊天');
      }
      return claims;
    },
  };
}
