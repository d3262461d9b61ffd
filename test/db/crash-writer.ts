// A process of the durability test: acknowledges rows on its output until it is killed.
import { openDatabase } from '../../src/db/database.ts';

const database = await openDatabase({ dataDir: process.argv[2] as string });
const pool = database.ownerPool();
await pool.query('CREATE TABLE IF NOT EXISTS promises (id bigint PRIMARY KEY)');
const { rows } = await pool.query('SELECT coalesce(max(id), 0)::int AS last FROM promises');
let next = rows[0].last as number;
console.log('open');
async function write(): Promise<void> {
  for (;;) {
    const id = ++next;
    await pool.query('INSERT INTO promises VALUES ($1)', [id]);
    process.stdout.write(`${id}\n`); // a pipe to the parent: what was written there survives this process
  }
}
await Promise.all([write(), write()]);
