// What a shopper asks of the shop besides talking: to be called back, to be made an offer.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';
import { BookedCall, CallWindow } from '../ticket.ts';

const Strict = { additionalProperties: false };

export const requestRoutes = {
  'GET /api/shop/callback': {
    summary: 'When the visitor can be called back, in the next hours of service; and what is agreed on already',
    reply: Type.Object({ windows: Type.Array(CallWindow), booked: Type.Union([BookedCall, Type.Null()]) }),
  },
  'POST /api/shop/callback': {
    summary: 'Ask to be called back; asking again changes the one that is agreed on',
    body: Type.Object(
      {
        phone: Type.String({ minLength: 5, maxLength: 30 }),
        from: Type.String({ maxLength: 40, description: 'of one of the offered windows' }),
      },
      Strict,
    ),
    reply: BookedCall,
  },
  'POST /api/shop/quote': {
    summary: 'What a business wants to buy and whom to answer; sent again, it changes what was said',
    body: Type.Object(
      {
        product: Type.String({ minLength: 1, maxLength: 100 }),
        quantity: Type.String({ minLength: 1, maxLength: 40 }),
        company: Type.Optional(Type.String({ maxLength: 80 })),
        contact: Type.String({
          minLength: 5,
          maxLength: 60,
          description: 'telephone or mail; seen by whoever has the ticket',
        }),
      },
      Strict,
    ),
    reply: Type.Object({ ok: Type.Boolean() }),
  },
} as const satisfies RouteTable;
