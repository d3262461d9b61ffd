// Conversations that agents race for, and what the rows say of them. Speaks to the shopper's side over HTTP, reads PostgreSQL.
import pg from 'pg';
import { askForPerson, type Shopper } from './http.ts';
import { judgeStanding, type Standing } from './judge-round.ts';
import { inParallel, pause } from './two-processes.ts';

export interface Row extends Standing {
  conversationId: string;
  handoffId: string | null;
}

const ROWS = `select c.id::text as "conversationId", h.id::text as "handoffId", c.owner_kind as "ownerKind", o.name as owner, c.epoch::int as epoch,
    h.state as "handoffState", a.name as "handoffOwner",
    array(select s.name from assignments x join staff s on s.id = x.agent_id join handoffs y on y.id = x.handoff_id
      where y.conversation_id = c.id and x.ended_at is null order by x.id) as "atWork",
    (select count(*)::int from assignments x join handoffs y on y.id = x.handoff_id where y.conversation_id = c.id) as assignments
  from conversations c left join handoffs h on h.conversation_id = c.id and h.state <> 'resolved'
    left join staff o on o.id = c.owner_id left join staff a on a.id = h.accepted_by
  where c.id = any($1::bigint[]) order by c.id`;

const HANDOFF_WITHIN_MS = 90_000;

export interface Stands {
  shoppers: Shopper[];
  read(ids: readonly string[]): Promise<Row[]>;
  /** Waits until a handoff stands, asking for one if the bot has the conversation. */
  standing(shopper: Shopper): Promise<Row>;
  /** Looks at all of them again and again until stopped; every look at which something was wrong, in words. */
  watch(): { stop(): Promise<{ looks: number; wrong: string[] }> };
  close(): Promise<void>;
}

/** Every connection sees the rows of the one shop. */
async function poolOfShop(connectionString: string): Promise<pg.Pool> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(`select find_shop('mianhuatang')::text as id`);
  await client.end();
  return new pg.Pool({ connectionString, max: 8, options: `-c app.shop_id=${rows[0]!.id}` });
}

export async function openStands(bases: readonly string[], databaseUrl: string, count: number): Promise<Stands> {
  const pool = await poolOfShop(databaseUrl);
  await pool.query(`update staff set teams = '{insale,presale,aftersale,complaint}' where login like 'racer-%'`);
  const shoppers: Shopper[] = [];
  await inParallel(Array.from({ length: count }), 8, async (_, n) => {
    shoppers.push(await askForPerson(bases[n % bases.length]!));
  });
  const read = async (ids: readonly string[]): Promise<Row[]> => (await pool.query<Row>(ROWS, [ids])).rows;
  const stands: Stands = {
    shoppers,
    read,
    async standing(shopper) {
      for (const until = Date.now() + HANDOFF_WITHIN_MS; Date.now() < until; await pause(40)) {
        const [row] = await read([shopper.conversationId]);
        if (row?.handoffId) return row;
      }
      throw new Error(`a shopper was not handed over within ${HANDOFF_WITHIN_MS} ms`);
    },
    watch() {
      let stopped = false;
      const all = shoppers.map((s) => s.conversationId);
      const looking = (async () => {
        const seen = { looks: 0, wrong: [] as string[] };
        for (; !stopped; await pause(20)) {
          for (const row of await read(all))
            seen.wrong.push(...judgeStanding(row).map((what) => `conversation ${row.conversationId}: ${what}`));
          seen.looks += 1;
        }
        return seen;
      })();
      return {
        stop() {
          stopped = true;
          return looking;
        },
      };
    },
    close: () => pool.end(),
  };
  await Promise.all(shoppers.map((shopper) => stands.standing(shopper)));
  return stands;
}
