// A team of the shop and the hours it keeps.
import { type Static, Type } from 'typebox';

const Minute = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' });
/** One shift within one day, `["09:00", "18:00"]`; a night shift is two of them. */
const Shift = Type.Tuple([Minute, Minute]);
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

export const Hours = Type.Object(
  {
    /** 1 is Monday, 7 Sunday; a day that is missing has no shift. */
    days: Type.Record(Type.String({ pattern: '^[1-7]$' }), Type.Array(Shift, { maxItems: 6 })),
    /** Whole days off, such as public holidays. */
    closed: Type.Array(Day, { maxItems: 400 }),
    /** Days with shifts of their own, such as working Sundays; they go before everything else. */
    special: Type.Record(Day, Type.Array(Shift, { maxItems: 6 })),
  },
  { additionalProperties: false },
);
export type Hours = Static<typeof Hours>;

/** Lower case, so that it can stand in rules and files. */
export const TeamName = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,39}$' });

export const TeamSettings = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 40 }),
    mode: Type.Enum(['pull', 'offer']),
    offerSeconds: Type.Integer({ minimum: 5, maximum: 600 }),
    overflow: Type.Union([TeamName, Type.Null()]),
    /** Null: the shop's hours. */
    hours: Type.Union([Hours, Type.Null()]),
  },
  { additionalProperties: false },
);
export type TeamSettings = Static<typeof TeamSettings>;

export const TeamView = Type.Object({ name: Type.String(), ...TeamSettings.properties });
export type TeamView = Static<typeof TeamView>;
