// What a shopper's page does besides talking: pictures, orders, thumbs, stars; and which sites may hold the page.
import { Type } from 'typebox';
import { Card } from '../conversation.ts';
import type { RouteTable } from '../route.ts';

const Origins = Type.Object({
  origins: Type.Array(Type.String({ maxLength: 200 }), {
    maxItems: 50,
    description: 'https://shop.example; sites besides this one whose pages may hold the shopper’s page in a frame',
  }),
});

export const shopperRoutes = {
  'POST /api/uploads': {
    summary: 'Upload one picture (multipart, field `file`; JPEG, PNG, WebP, GIF up to 10 MB), by a visitor or by staff',
    reply: Type.Object({ id: Type.String(), type: Type.String() }),
  },
  'GET /api/shop/orders': {
    summary: 'The visitor’s own orders, newest first, to choose one to talk about',
    reply: Type.Object({ items: Type.Array(Card) }),
  },
  'POST /api/shop/messages/:seq/feedback': {
    summary: 'Whether an answer of the bot helped; the last word counts',
    params: Type.Object({ seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
    body: Type.Object({ helpful: Type.Boolean() }),
    reply: Type.Object({
      helpful: Type.Boolean(),
      offerHuman: Type.Boolean({ description: 'the bot does not get on: offer a person' }),
    }),
  },
  'POST /api/shop/csat': {
    summary: 'Rate the last service; for a day after being asked, and for a day after the first time to change it',
    body: Type.Object({
      score: Type.Integer({ minimum: 1, maximum: 5 }),
      tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 20 }), { maxItems: 8 })),
      text: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    reply: Type.Object({ ok: Type.Boolean() }),
  },
  'GET /api/widget': { summary: 'Which sites may hold the shopper’s page', reply: Origins },
  'PUT /api/widget': { summary: 'Change which sites may hold the shopper’s page', body: Origins, reply: Origins },
} as const satisfies RouteTable;
