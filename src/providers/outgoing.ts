// The one way out to an address that somebody typed in: resolves, checks, connects to what was checked, follows nothing, ends in time. Knows nothing of what is said.
import { lookup as systemLookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { kindOf, type Named, readNamed } from './addresses.ts';

export interface OutgoingGet {
  url: string;
  headers: Record<string, string>;
  /** From the first look at the name to the last byte of the answer. */
  timeoutMs: number;
  /** Of the answer; more is cut off. Default 64 KiB. */
  bytesMax?: number;
}

export interface OutgoingRequest extends OutgoingGet {
  /** Bytes for forms with files (`multipartForm`). */
  body: string | Buffer;
}

export interface OutgoingAnswer {
  status: number;
  headers: Headers;
  text: string;
}

export interface OutgoingBytes {
  status: number;
  headers: Headers;
  bytes: Buffer;
  /** False when it was longer than `bytesMax`. */
  whole: boolean;
}

export interface Outgoing {
  /** POSTs and returns whatever was answered, 3xx included. @throws OutgoingError */
  post(request: OutgoingRequest): Promise<OutgoingAnswer>;
  /** GETs; redirects are answers like others. @throws OutgoingError */
  get(request: OutgoingGet): Promise<OutgoingBytes>;
  /** Whether `post` would go there now; a name that cannot be found passes. @throws OutgoingError `refused` */
  check(url: string): Promise<void>;
}

/** Messages name hosts and error codes, never the path or the query: those may be a key. */
export class OutgoingError extends Error {
  /** `refused`: we do not go there. `no-answer`: we tried. */
  readonly kind: 'refused' | 'no-answer';
  /** Certain that the other side did not take it. */
  readonly notSent: boolean;
  constructor(kind: 'refused' | 'no-answer', notSent: boolean, message: string) {
    super(message);
    this.name = 'OutgoingError';
    this.kind = kind;
    this.notSent = notSent;
  }
}

export interface OutgoingOptions {
  /** Hosts, addresses and networks the operator named: only these may be private, and only these may do without TLS. */
  named: readonly string[];
  /** Tests put their own DNS here. */
  resolve?: (host: string) => Promise<string[]>;
}

const BYTES_MAX = 64 * 1024;
/** Shorter than the five seconds after which many servers hang up on a quiet connection. */
const QUIET_MS = 4_000;

const refused = (message: string) => new OutgoingError('refused', true, message);

const systemResolve = async (host: string): Promise<string[]> =>
  (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** As a name or a bare address: without brackets, without the root's full stop. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** The host of a setting, for `named`: who writes an address into a setting means it. */
export const hostIn = (url: string): string[] => (url === '' ? [] : [hostOf(new URL(url))]);

function readUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refused('不是合法的网址');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('网址应以 https:// 开头');
  if (url.username !== '' || url.password !== '') throw refused('网址里不能带账号或密码');
  return url;
}

/** One private address among several is enough to refuse: which of them is connected to is not ours to say. */
function checkAddresses(host: string, addresses: readonly string[], plain: boolean, named: Named): void {
  for (const address of addresses) {
    const kind = kindOf(address);
    const isNamed = named.host(host) || named.address(address);
    if (kind === 'never') throw refused(`${host} 指向云服务器的元数据地址，不允许访问`);
    if (kind === 'private' && !isNamed) {
      throw refused(`${host} 指向内网或本机地址；确实需要时，请把它写进 ALLOW_PRIVATE_HOSTS`);
    }
    if (plain && !isNamed) throw refused(`${host} 应使用 https://`);
  }
}

async function readLimited(response: IncomingMessage, bytesMax: number): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > bytesMax) break; // leaving the loop closes the connection
  }
  return { bytes: Buffer.concat(chunks).subarray(0, bytesMax), whole: size <= bytesMax };
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'TimeoutError';
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.name;
  return 'unknown';
}

/** Connections are kept for a moment; each was made to an address that had been checked. */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const named = readNamed(options.named);
  const resolve = options.resolve ?? systemResolve;

  /** What the name means now, all of it allowed. The connection goes to one of these and asks no second time. */
  async function allowed(host: string, plain: boolean): Promise<{ address: string; family: number }[]> {
    const addresses = await resolve(host);
    checkAddresses(host, addresses, plain, named);
    return addresses.map((address) => ({ address, family: isIP(address) }));
  }

  const lookup =
    (plain: boolean): LookupFunction =>
    (host, wish, done) => {
      allowed(host.replace(/\.$/, ''), plain).then(
        (found) => {
          const first = found[0];
          if (!first) done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
          else if (wish.all) done(null, found);
          else done(null, first.address, first.family);
        },
        (error: Error) => done(error, ''),
      );
    };
  const settings = { keepAlive: true, timeout: QUIET_MS };
  const agents = {
    'http:': { agent: new HttpAgent({ ...settings, lookup: lookup(true) }), request: httpRequest },
    'https:': { agent: new HttpsAgent({ ...settings, lookup: lookup(false) }), request: httpsRequest },
  };

  /** A literal address is never looked up, so it is checked here. The URL parser has made one form of 0x7f.1, 017700000001 and 2130706433. */
  function checkLiteral(url: URL): void {
    const host = hostOf(url);
    if (isIP(host) !== 0) checkAddresses(host, [host], url.protocol === 'http:', named);
  }

  /** Without a body it is a GET. */
  async function exchange(request: OutgoingGet & { body?: string | Buffer }): Promise<OutgoingBytes> {
    const { body, headers, bytesMax = BYTES_MAX } = request;
    const url = readUrl(request.url);
    checkLiteral(url);
    const signal = AbortSignal.timeout(request.timeoutMs);
    let connected = false;
    try {
      const response = await new Promise<IncomingMessage>((answer, fail) => {
        const { agent, request: open } = agents[url.protocol as keyof typeof agents];
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const sending = open(url, {
          method: body === undefined ? 'GET' : 'POST',
          agent,
          signal,
          headers: { 'user-agent': 'Jiebang/1', ...headers, ...length },
        });
        sending.once('socket', (socket) => {
          if (!socket.connecting) connected = true;
          else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (connected = true));
        });
        sending.once('response', answer);
        sending.on('error', fail);
        sending.end(body);
      });
      return {
        status: response.statusCode ?? 0,
        headers: headersOf(response),
        ...(await readLimited(response, bytesMax)),
      };
    } catch (error) {
      if (error instanceof OutgoingError) throw error;
      throw new OutgoingError('no-answer', !connected, `网络请求失败（${reasonOf(error, signal)}）`);
    }
  }

  return {
    async post(request) {
      const { status, headers, bytes } = await exchange(request);
      return { status, headers, text: bytes.toString('utf8') };
    },
    // field by field: whatever else stands in the request must not become a body
    get: ({ url, headers, timeoutMs, bytesMax }) => exchange({ url, headers, timeoutMs, bytesMax }),
    async check(text) {
      const url = readUrl(text);
      checkLiteral(url);
      const host = hostOf(url);
      if (isIP(host) !== 0) return;
      await allowed(host, url.protocol === 'http:').catch((error: unknown) => {
        if (error instanceof OutgoingError) throw error;
      });
    },
  };
}
