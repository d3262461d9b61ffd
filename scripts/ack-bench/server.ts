// Child of the acknowledgement bench: the whole product in a process of its own, with a writer that takes its time. Knows no platform.
import { setTimeout as pause } from 'node:timers/promises';
import type { Writer } from '../../src/providers/language-model.ts';
import { type RunningServer, startServer } from '../../test/journeys/server.ts';
import { answerCalls } from '../bench/child.ts';

export interface Kept {
  kind: string;
  /** Messages of shoppers in the rows. */
  messages: number;
  /** Turns that ended, and how long the quickest took from the message on, ms. */
  turns: number;
  leastMs: number;
}

export type AckCalls = {
  start: { args: { env: Record<string, string>; turnMs: number }; result: string };
  kept: { args: null; result: Kept[] };
};

const slow = (turnMs: number): Writer => ({
  async reword({ answer }) {
    await pause(turnMs);
    return answer;
  },
  summarise: async () => null,
  secondOpinion: async () => ({ said: 'none' }),
});

let server: RunningServer | null = null;

answerCalls<AckCalls>({
  async start({ env, turnMs }) {
    server = await startServer({ env, app: { writer: slow(turnMs) } });
    return server.base;
  },
  async kept() {
    const { rows } = await server!.rows<Record<keyof Kept, string>>(
      `select a.kind, (select count(*) from messages m join conversations c on c.id = m.conversation_id
           where c.channel_account_id = a.id and m.author = 'shopper') as messages,
         count(t.id) as turns,
         coalesce(min(extract(epoch from t.done_at - t.created_at)) * 1000, 0) as "leastMs"
       from channel_accounts a left join conversations c on c.channel_account_id = a.id
         left join turns t on t.conversation_id = c.id and t.state = 'done'
       group by a.id, a.kind order by a.kind`,
    );
    return rows.map(({ kind, ...figures }) => ({
      kind,
      messages: Number(figures.messages),
      turns: Number(figures.turns),
      leastMs: Number(figures.leastMs),
    }));
  },
});
