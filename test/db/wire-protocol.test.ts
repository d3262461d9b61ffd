// The stream seen from below: raw bytes of the protocol, in pieces and out of order, and an engine that breaks.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWire } from '../../src/db/wire.ts';
import type { RawEngine } from '../../src/db/wire-engine.ts';
import {
  cstring,
  eachMessage,
  firstError,
  frontend,
  int32,
  message,
  queryMessage,
  syncMessage,
} from '../../src/db/wire-messages.ts';
import type { WireSession } from '../../src/db/wire-session.ts';
import { failure, type Lab, openLab, pause, until, value } from './harness.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ idleTransactionMs: 300, idleTransactionWaitedMs: 150 });
}, 60_000);
afterAll(() => lab.close());

/** A bare client: writes bytes, collects the types of the messages that come back. */
function dial(stream: WireSession = lab.wire.connect()) {
  let bytes = Buffer.alloc(0);
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  stream.on('end', () => {
    ended = true;
  });
  stream.on('error', () => {});
  return {
    stream,
    write: (...parts: Buffer[]) => stream.write(Buffer.concat(parts)),
    get types() {
      let types = '';
      eachMessage(bytes, (type) => {
        types += String.fromCharCode(type);
      });
      return types;
    },
    get error() {
      return firstError(bytes);
    },
    get ended() {
      return ended;
    },
    forget() {
      bytes = Buffer.alloc(0);
    },
  };
}

function startup(parameters: Record<string, string> = { user: 'postgres' }, code = 196608): Buffer {
  const body = Buffer.concat([int32(code), ...Object.entries(parameters).flat().map(cstring), Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

async function connected() {
  const line = dial();
  line.write(startup());
  await until(() => line.types.endsWith('Z'));
  line.forget();
  return line;
}

const parse = (sql: string, name = '') => message(frontend.parse, cstring(name), cstring(sql), Buffer.alloc(2));
const bind = (name = '', portal = '') => message(frontend.bind, cstring(portal), cstring(name), Buffer.alloc(6));
const execute = (rows = 0, portal = '') => message(frontend.execute, cstring(portal), int32(rows));
const flush = message(frontend.flush);

describe('bytes', () => {
  test('the opening says who is there, and answers a wish for TLS with no', async () => {
    const line = dial();
    let first = '';
    line.stream.once('data', (chunk: Buffer) => {
      first = chunk.toString();
    });
    line.write(int32(8), int32(80877103));
    await until(() => first !== '');
    expect(first).toBe('N');
    line.forget();
    line.write(startup());
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toMatch(/^RS+KZ$/);
    line.stream.destroy();
  });

  test('arriving one by one they mean the same', async () => {
    const line = dial();
    const all = Buffer.concat([startup(), parse('SELECT 1'), bind(), execute(), syncMessage, queryMessage('SELECT 2')]);
    for (const byte of all) line.stream.write(Buffer.from([byte]));
    await until(() => (line.types.match(/Z/g)?.length ?? 0) === 3);
    expect(line.types).toMatch(/^RS+KZ12DCZTDCZ$/);
    line.stream.destroy();
  });

  test.each([
    ['an unknown type', () => message(0x21, Buffer.alloc(4))],
    ['a length below its own', () => Buffer.from([frontend.query, 0, 0, 0, 2, 0, 0])],
    ['a length beyond all bounds', () => Buffer.from([frontend.query, 0x7f, 0xff, 0xff, 0xff])],
  ])('%s ends the session, and only this one', async (_what, bytes) => {
    const line = await connected();
    line.write(bytes());
    await until(() => line.ended);
    expect(line.error?.code).toBe('08P01');
    expect(await value(lab.pool, 'SELECT 1')).toBe(1);
  });

  test('an unknown protocol is refused, a cancel request just closes', async () => {
    const old = dial();
    old.write(startup({}, 131072));
    await until(() => old.ended);
    expect(old.error?.code).toBe('08P01');
    const cancel = dial();
    cancel.write(int32(16), int32(80877102), int32(1), int32(1));
    await until(() => cancel.ended);
    expect(cancel.types).toBe('');
  });

  test('data of a COPY nobody asked for is ignored, as a server does', async () => {
    const line = await connected();
    line.write(message(frontend.copyData, Buffer.from('x')), message(frontend.copyDone), queryMessage('SELECT 1'));
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('TDCZ');
    line.stream.destroy();
  });
});

describe('extended protocol', () => {
  test('after an error everything is skipped up to Sync', async () => {
    const line = await connected();
    line.write(
      parse('SELECT nope'),
      bind(),
      execute(),
      parse('SELECT 1'),
      bind(),
      execute(),
      syncMessage,
      queryMessage('SELECT 3'),
    );
    await until(() => line.types.endsWith('CZ'));
    expect(line.types).toBe('EZTDCZ');
    line.stream.destroy();
  });

  test('a refused statement is skipped the same way, once', async () => {
    const line = await connected();
    line.write(parse('COPY t FROM STDIN'), bind(), execute(), parse('DISCARD ALL'), bind(), execute(), syncMessage);
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('EZ');
    expect(line.error).toMatchObject({ code: '0A000', message: expect.stringContaining('COPY') });
    line.forget();
    line.write(parse('SELECT 1'), bind(), execute(), syncMessage);
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('12DCZ');
    line.stream.destroy();
  });

  test('a Flush brings answers and keeps the engine until Sync', async () => {
    const line = await connected();
    line.write(parse('SELECT 1'), flush);
    await until(() => line.types === '1');
    let served = false;
    const other = value(lab.pool, 'SELECT 2').then(() => {
      served = true;
    });
    await pause(30);
    expect(served).toBe(false);
    line.write(bind(), execute(), syncMessage);
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('12DCZ');
    await other;
    line.stream.destroy();
  });

  test('one that never sends its Sync is ended like an idle transaction', async () => {
    const line = await connected();
    line.write(parse('SELECT 1'), flush);
    expect(await value(lab.pool, 'SELECT 2')).toBe(2);
    await until(() => line.ended);
    expect(line.error?.code).toBe('25P03');
  });

  test('gone after an error and before its Sync, it leaves nothing behind', async () => {
    const line = await connected();
    line.write(queryMessage('BEGIN'), parse('SELECT nope'), flush);
    await until(() => line.types.endsWith('E'));
    line.stream.destroy();
    expect(await value(lab.pool, 'SELECT 2')).toBe(2);
  });

  test('a portal is read in parts, with another statement between', async () => {
    const line = await connected();
    line.write(
      queryMessage('BEGIN'),
      parse('SELECT generate_series(1, 5)', 'series'),
      bind('series', 'p'),
      execute(2, 'p'),
      syncMessage,
    );
    await until(() => line.types.endsWith('sZ'));
    line.forget();
    line.write(parse('SELECT 9'), bind(), execute(), execute(0, 'p'), syncMessage);
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('12DCDDDCZ');
    line.write(queryMessage('COMMIT'));
    line.stream.end();
    await until(() => line.ended);
  });

  test('LISTEN in a named statement counts each time it is executed', async () => {
    const line = await connected();
    line.write(parse('LISTEN again', 'l'), syncMessage);
    await until(() => line.types === '1Z');
    await lab.pool.query("NOTIFY again, '1'");
    expect(line.types).not.toContain('A');
    line.write(bind('l'), execute(), syncMessage);
    await until(() => line.types.endsWith('CZ'));
    await lab.pool.query("NOTIFY again, '2'");
    await until(() => line.types.endsWith('A'));
    line.stream.destroy();
  });

  test('a closed statement is gone, and its name is free', async () => {
    const line = await connected();
    const close = message(frontend.close, Buffer.from('S'), cstring('c'));
    line.write(parse('SELECT 1', 'c'), close, bind('c'), execute(), syncMessage);
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('13EZ');
    line.forget();
    line.write(parse('SELECT 2', 'c'), bind('c'), execute(), syncMessage);
    await until(() => line.types.endsWith('Z'));
    expect(line.types).toBe('12DCZ');
    line.stream.destroy();
  });
});

describe('an engine that breaks', () => {
  /** Answers like the real one until it is told not to. */
  async function fragile() {
    const sick = { how: '' };
    const engine: RawEngine = {
      async execProtocolRawStream(bytes, options) {
        if (sick.how === 'throws') throw new Error('out of memory');
        if (sick.how === 'silent') return;
        await lab.engine.execProtocolRawStream(bytes, options);
      },
    };
    const fatal: Error[] = [];
    const wire = await openWire(engine, { onFatal: (error) => fatal.push(error) });
    return { wire, fatal, sick };
  }

  test.each(['throws', 'silent'])('%s: every session ends, the owner is told once, nobody hangs', async (how) => {
    const { wire, fatal, sick } = await fragile();
    const a = await lab.createClient({ stream: () => wire.connect() as never });
    const b = await lab.createClient({ stream: () => wire.connect() as never });
    await a.query('BEGIN');
    const waiting = failure(b.query('SELECT 1'));
    sick.how = how;
    expect((await failure(a.query('SELECT 1'))).message).toContain('embedded database broke down');
    expect((await waiting).message).toContain('embedded database broke down');
    expect(fatal).toHaveLength(1);
    expect((await failure(lab.createClient({ stream: () => wire.connect() as never }))).message).toContain(
      'broke down',
    );
    await wire.close();
    await lab.pool.query('ROLLBACK');
  });

  test('closing ends sessions, open transactions and those who come later', async () => {
    const { wire } = await fragile();
    const a = await lab.createClient({ stream: () => wire.connect() as never });
    const ended = new Promise<Error & { code?: string }>((resolve) => a.once('error', resolve));
    await a.query('BEGIN');
    await wire.close();
    expect((await ended).code).toBe('57P01');
    expect((await failure(lab.createClient({ stream: () => wire.connect() as never }))).message).toContain('closed');
    expect(await value(lab.pool, 'SELECT pg_current_xact_id_if_assigned()')).toBeNull();
  });
});
