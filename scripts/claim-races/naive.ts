// The control: claiming by read-then-write on the same database. It has to fail the judge, else the races prove nothing.
import pg from 'pg';
import { type ClaimAnswer, judgeRace, type Race } from './judge.ts';

const AGENTS = ['naive-1', 'naive-2', 'naive-3'];

async function claimNaively(pool: pg.Pool, id: number, agent: string): Promise<ClaimAnswer> {
  const { rows } = await pool.query<{ state: string; owner: string | null }>(
    'select state, owner from naive_claims.handoffs where id = $1',
    [id],
  );
  if (rows[0]!.state !== 'waiting') return { agent, status: 409, owner: rows[0]!.owner };
  await pool.query(`update naive_claims.handoffs set state = 'with-agent', owner = $2 where id = $1`, [id, agent]);
  await pool.query('insert into naive_claims.assignments (handoff_id, agent) values ($1, $2)', [id, agent]);
  return { agent, status: 200, owner: agent };
}

/** Runs the same kind of race on tables of its own; resolves to the number of races that ended wrong. */
export async function runNaiveRaces(databaseUrl: string, races: number): Promise<{ races: number; wrong: number }> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  try {
    await pool.query(`create schema naive_claims
      create table handoffs (id int primary key, state text not null default 'waiting', owner text)
      create table assignments (handoff_id int not null, agent text not null)`);
    await pool.query('insert into naive_claims.handoffs (id) select generate_series(1, $1::int)', [races]);
    let wrong = 0;
    for (let id = 1; id <= races; id++) {
      const race: Race = {
        id: String(id),
        answers: await Promise.all(AGENTS.map((agent) => claimNaively(pool, id, agent))),
      };
      const { rows } = await pool.query<{ owner: string | null; assigned: string[] }>(
        `select owner, (select coalesce(array_agg(agent), '{}') from naive_claims.assignments where handoff_id = h.id) as assigned
         from naive_claims.handoffs h where id = $1`,
        [id],
      );
      if (judgeRace(race, rows[0]!).length > 0) wrong += 1;
    }
    await pool.query('drop schema naive_claims cascade');
    return { races, wrong };
  } finally {
    await pool.end();
  }
}
