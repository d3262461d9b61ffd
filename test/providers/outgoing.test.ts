// The way out: which addresses are called, that what was checked is what is connected to, and that nothing goes on for ever.
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindOf, readNamed } from '../../src/providers/addresses.ts';
import { multipartForm } from '../../src/providers/multipart.ts';
import { createOutgoing, hostIn, type OutgoingError, type OutgoingOptions } from '../../src/providers/outgoing.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { SELF_SIGNED } from './self-signed.ts';

let target: FakePlatform;
let port: number;
beforeAll(async () => {
  target = await openFakePlatform();
  port = Number(new URL(target.url).port);
});
afterAll(() => target.close());

const LIMITS = { body: '{}', headers: {}, timeoutMs: 2_000 };
const post = (url: string, options: OutgoingOptions = { named: [] }, timeoutMs = 2_000) =>
  createOutgoing(options).post({ ...LIMITS, url, timeoutMs });
const failureOf = (work: Promise<unknown>): Promise<OutgoingError> =>
  work.then(
    () => expect.fail('it went through'),
    (error: OutgoingError) => error,
  );

describe('addresses', () => {
  test.each([
    ['public', '1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 193.0.0.1 223.255.255.254'],
    ['public', '2400:3200::1 2606:4700:4700::1111 ::ffff:8.8.8.8 ::ffff:808:808 64:ff9b::808:808'],
    ['private', '0.0.0.0 10.0.0.1 127.0.0.1 127.255.255.254 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1'],
    ['private', '192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 240.0.0.1 255.255.255.255'],
    ['private', ':: ::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 2002:7f00:1:: 2001::1 ::7f00:1 fec0::1'],
    ['private', '::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.1.2.3 0:0:0:0:0:ffff:c0a8:0101 64:ff9b::7f00:1'],
    ['never', '169.254.169.254 169.254.0.23 100.100.100.200 100.96.0.96 192.0.0.192 168.63.129.16'],
    [
      'never',
      'fe80::1 fd00:ec2::254 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe 64:ff9b::a9fe:a9fe fe80::1%eth0 shop 1.2.3',
    ],
  ])('%s: %s', (kind, addresses) => {
    const all = addresses.split(' ');
    expect(all.map((address) => [address, kindOf(address)])).toEqual(all.map((address) => [address, kind]));
  });

  test('who was named: names whole, addresses, networks', () => {
    const named = readNamed(['Bridge.internal', '10.0.0.0/8', 'fd12::/16', '192.168.1.5']);
    expect(['bridge.internal', 'x.bridge.internal', 'internal'].map(named.host)).toEqual([true, false, false]);
    expect(['10.255.0.1', '11.0.0.1', 'fd12::9', 'fd13::9', '192.168.1.5', '192.168.1.6'].map(named.address)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('a private address nobody named', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'http://2130706433:PORT/', // decimal
    'http://0177.0.0.1:PORT/', // octal
    'http://017700000001:PORT/',
    'http://0x7f.1:PORT/', // hexadecimal, short
    'http://0x7f000001:PORT/',
    'http://127.1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://１２７.０.０.１:PORT/', // full width
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/', // mapped
    'http://[0:0:0:0:0:ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST.:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
  ])('%s is refused before a connection is made', async (url) => {
    const before = target.received.length;
    const failure = await failureOf(post(url.replace('PORT', String(port))));
    expect(failure).toMatchObject({ kind: 'refused', notSent: true });
    expect(target.received.length).toBe(before);
  });

  test.each([
    ['a name whose DNS answers with one', ['10.0.0.7']],
    ['a name with a public and a private one', ['93.184.216.34', '127.0.0.1']],
    ['a name with a mapped one', ['::ffff:192.168.0.1']],
  ])('%s', async (_what, addresses) => {
    const outgoing = createOutgoing({ named: [], resolve: async () => addresses });
    for (const scheme of ['https', 'http']) {
      const url = `${scheme}://evil.example:${port}/`;
      expect((await failureOf(outgoing.post({ ...LIMITS, url }))).kind).toBe('refused');
      expect((await failureOf(outgoing.check(url))).kind).toBe('refused');
    }
  });
});

describe('metadata services', () => {
  const everything = { named: ['169.254.0.0/16', '100.64.0.0/10', 'metadata.internal', '0.0.0.0/0', '::/0'] };
  test.each([
    'http://169.254.169.254/latest/',
    'http://100.100.100.200/',
    'http://[fd00:ec2::254]/',
    'http://2852039166/',
  ])('%s stays closed whatever was named', async (url) => {
    expect(await failureOf(post(url, everything))).toMatchObject({ kind: 'refused' });
  });

  test('nor does a named host lead there', async () => {
    const resolve = async () => ['169.254.169.254'];
    expect(await failureOf(post('http://metadata.internal/', { ...everything, resolve }))).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('who was named by the operator', () => {
  test.each([
    ['an address', ['127.0.0.1'], '127.0.0.1'],
    ['a network', ['127.0.0.0/8'], '127.0.0.1'],
    ['a name', ['localhost'], 'localhost'],
    ['the host of a setting', hostIn('http://LocalHost.:8080/bridge'), 'localhost'],
  ])('%s is called, without TLS too', async (_what, named, host) => {
    const resolve = async () => ['127.0.0.1'];
    const answer = await post(`http://${host}:${port}/named`, { named, resolve });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ errcode: 0 });
  });

  test('a port of somebody else’s name is not', async () => {
    const resolve = async () => ['127.0.0.1'];
    const failure = await failureOf(post(`http://other.example:${port}/`, { named: ['bridge.example'], resolve }));
    expect(failure).toMatchObject({ kind: 'refused' });
  });
});

describe('the connection', () => {
  test('goes to the address that was checked: the name is asked once', async () => {
    const answers = [['127.0.0.1'], ['10.9.9.9']];
    let asked = 0;
    const outgoing = createOutgoing({
      named: ['127.0.0.0/8'],
      resolve: async () => answers[asked++] ?? ['169.254.169.254'],
    });
    const url = `http://flip.example:${port}/pinned`;
    target.script('/pinned', { status: 200, headers: { connection: 'close' } });
    await outgoing.post({ ...LIMITS, url });
    expect(asked).toBe(1);
    expect(target.at('/pinned').at(-1)!.headers.host).toBe(`flip.example:${port}`);
    expect(await failureOf(outgoing.post({ ...LIMITS, url }))).toMatchObject({ kind: 'refused' });
    expect(target.at('/pinned')).toHaveLength(1);
  });

  test('follows no redirect, to a private address or elsewhere', async () => {
    const canary = await openFakePlatform();
    target.script('/moved', { status: 307, headers: { location: `${canary.url}/canary` } });
    const answer = await post(`${target.url}/moved`, { named: ['127.0.0.1'] });
    expect([answer.status, answer.headers.get('location')]).toEqual([307, `${canary.url}/canary`]);
    expect(canary.received).toEqual([]);
    await canary.close();
  });

  test('without TLS only to who was named; no other schemes, no passwords in the address', async () => {
    const resolve = async () => ['93.184.216.34'];
    const tries = [
      'http://shop.example/',
      'ftp://shop.example/',
      'file:///etc/passwd',
      'https://u:p@shop.example/',
      '://',
    ];
    for (const url of tries) {
      expect((await failureOf(post(url, { named: [], resolve }))).kind, url).toBe('refused');
    }
    await createOutgoing({ named: [], resolve }).check('https://shop.example/path');
  });

  test('a name that does not exist: certainly not sent, and no reason to refuse the address', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }));
    const failure = await failureOf(post('https://gone.example/', { named: [], resolve }));
    expect(failure).toMatchObject({ kind: 'no-answer', notSent: true, message: expect.stringContaining('ENOTFOUND') });
    await createOutgoing({ named: [], resolve }).check('https://gone.example/');
  });
});

describe('limits', () => {
  const servers: { close(): unknown }[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const here = { named: ['127.0.0.1'] };
  const listen = async (server: Server | ReturnType<typeof createTcpServer>): Promise<string> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path?key=secret-key`;
  };

  test.each([
    ['takes the request and says nothing', () => createServer(() => {})],
    [
      'drips its answer',
      () =>
        createServer((_request, response) => {
          response.writeHead(200);
          const timer = setInterval(() => response.write('.'), 20);
          response.on('close', () => clearInterval(timer));
        }),
    ],
  ])('a server that %s is left in time; perhaps it took it', async (_what, create) => {
    const url = await listen(create());
    const started = performance.now();
    const failure = await failureOf(post(url, here, 300));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(failure).toMatchObject({ kind: 'no-answer', notSent: false });
    expect(failure.message).not.toContain('secret');
  });

  test('a name server that hangs: left in time, certainly not sent', async () => {
    const resolve = () => new Promise<string[]>(() => {});
    const failure = await failureOf(post('https://slow.example/', { named: [], resolve }, 200));
    expect(failure).toMatchObject({ kind: 'no-answer', notSent: true });
  });

  test('a line that is cut after the request: perhaps it took it', async () => {
    const url = await listen(createTcpServer((socket) => socket.once('data', () => socket.destroy())));
    expect(await failureOf(post(url, here))).toMatchObject({ kind: 'no-answer', notSent: false });
  });

  test('a certificate that nobody vouches for: certainly not sent', async () => {
    const bodies: string[] = [];
    const server = createTlsServer(SELF_SIGNED, (request) => bodies.push(request.method ?? ''));
    const url = (await listen(server)).replace('http:', 'https:');
    expect(await failureOf(post(url, here))).toMatchObject({
      kind: 'no-answer',
      notSent: true,
      message: expect.stringContaining('SELF_SIGNED'),
    });
    expect(bodies).toEqual([]);
  });

  test('of a huge answer only the beginning is read', async () => {
    let written = 0;
    const url = await listen(
      createServer((_request, response) => {
        const chunk = Buffer.alloc(64 * 1024, 'x');
        const more = () => {
          while (written < 400 * 1024 * 1024 && !response.destroyed) {
            written += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
        };
        more();
      }),
    );
    const { text } = await createOutgoing(here).post({ ...LIMITS, url, bytesMax: 1_000 });
    expect(text).toBe('x'.repeat(1_000));
    expect(written).toBeLessThan(20 * 1024 * 1024);
  });

  test('a question carries no body, and goes only where a message may go', async () => {
    const heard: string[] = [];
    const url = await listen(
      createServer((request, response) => {
        heard.push(`${request.method} ${request.url} ${request.headers['content-length'] ?? 'bare'}`);
        response.end('answer');
      }),
    );
    const question = { headers: {}, timeoutMs: 2_000, url };
    expect(await createOutgoing(here).get({ ...question, bytesMax: 3 })).toMatchObject({
      status: 200,
      bytes: Buffer.from('ans'),
      whole: false,
    });
    expect(heard).toEqual(['GET /secret-path?key=secret-key bare']);
    expect(await failureOf(createOutgoing({ named: [] }).get(question))).toMatchObject({ kind: 'refused' });
  });

  test('one connection serves several requests', async () => {
    const sockets = new Set<unknown>();
    const url = await listen(
      createServer((request, response) => {
        sockets.add(request.socket);
        request.resume().once('end', () => response.end('ok'));
      }),
    );
    const outgoing = createOutgoing(here);
    for (let i = 0; i < 5; i++) expect((await outgoing.post({ ...LIMITS, url })).text).toBe('ok');
    expect(sockets.size).toBe(1);
  });
});

describe('fetching bytes', () => {
  test('GET gives them as they are, says when they were cut off, and follows nothing', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x80, 0xfe]);
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['content-length'] ?? 'no body'}`);
      if (request.url === '/moved') response.writeHead(302, { location: '/bytes' }).end();
      else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outgoing = createOutgoing({ named: ['127.0.0.1'] });
    const get = (path: string, bytesMax = 1_000) =>
      outgoing.get({ url: `${base}${path}`, headers: {}, timeoutMs: 2_000, bytesMax });
    const whole = await get('/bytes');
    expect([whole.status, whole.whole, whole.bytes.equals(bytes)]).toEqual([200, true, true]);
    const cut = await get('/bytes', 4);
    expect([cut.whole, cut.bytes.equals(bytes.subarray(0, 4))]).toEqual([false, true]);
    expect((await get('/moved')).status).toBe(302);
    expect(seen).toEqual(['GET /bytes no body', 'GET /bytes no body', 'GET /moved no body']);
    await new Promise((done) => server.close(done));
  });

  test('an address of the network is refused to GET as to POST', async () => {
    const get = createOutgoing({ named: [] }).get({ url: target.url, headers: {}, timeoutMs: 2_000 });
    expect((await failureOf(get)).kind).toBe('refused');
  });
});

test('a form with a file is sent as its bytes', async () => {
  const { body, contentType } = multipartForm(
    [{ field: 'media', fileName: '图"片\n.png', type: 'image/png', bytes: Buffer.from([0x89, 0x50, 0, 0xff]) }],
    { note: '好' },
  );
  let arrived: FormData | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    arrived = await new Response(Buffer.concat(chunks), {
      headers: { 'content-type': request.headers['content-type']! },
    }).formData();
    response.end('ok');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await createOutgoing({ named: ['127.0.0.1'] }).post({
    ...LIMITS,
    url,
    body,
    headers: { 'content-type': contentType },
  });
  server.close();
  const file = arrived!.get('media') as File;
  expect(arrived!.get('note')).toBe('好');
  expect([file.name, file.type]).toEqual(['图"片\n.png', 'image/png']);
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0x89, 0x50, 0, 0xff]);
});
