// A real HTTP server that speaks the OpenAI protocol (embeddings and chat), well or badly on demand.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ProtocolMode =
  | 'ok'
  /** Takes the request and never answers. */
  | 'hang'
  | 'status-500'
  /** 429 with Retry-After: `retryAfterS` for the first request after the mode was set, then as `ok`. */
  | 'rate-limited-once'
  /** 429 with Retry-After: 30 for ever. */
  | 'rate-limited'
  /** 401 whose body repeats the key. */
  | 'unauthorized'
  /** 200 and no JSON. */
  | 'nonsense'
  /** 200, JSON, but another shape. */
  | 'wrong-shape'
  | 'wrong-dimension'
  /** Headers at once, then one byte every 50 ms for ever. */
  | 'slow-drip'
  /** Some hundred megabytes of blanks. */
  | 'huge-body'
  /** Closes the connection half-way. */
  | 'cut-off'
  /** 307 to another host. */
  | 'redirect';

export interface ReceivedRequest {
  /** performance.now() */
  at: number;
  path: string;
  authorization: string;
  body: string;
}

export interface ProtocolServer {
  /** With /v1, as a setting would have it. */
  baseUrl: string;
  requests: ReceivedRequest[];
  mode: ProtocolMode;
  dimensions: number;
  retryAfterS: number;
  /** Texts an embedding request may carry; one more is a 400. */
  rowsMax: number;
  /** False: tools are ignored, as by a model that has none. */
  tools: boolean;
  /** Tokens that each chat answer reports. */
  usage: number;
  /** What the chat model says; gets the parsed request body. A tool or JSON schema is answered with `chooses`. */
  says: (request: ChatBody) => string;
  chooses: (request: ChatBody) => unknown;
  close(): Promise<void>;
}

export interface ChatBody {
  messages: { role: string; content: string }[];
  tools?: { function: { name: string } }[];
  response_format?: { type: string };
}

/** Embeds by character pairs, so that similar texts come out close; deterministic. */
export function pseudoVector(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  const chars = [...`^${text}$`];
  for (let at = 1; at < chars.length; at++) {
    const hash = createHash('md5')
      .update(`${chars[at - 1]}${chars[at]}`)
      .digest();
    vector[hash.readUInt16LE(0) % dimensions]! += hash[2]! % 2 === 0 ? 1 : -1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

export async function startProtocolServer(
  options: { mode?: ProtocolMode; dimensions?: number } = {},
): Promise<ProtocolServer> {
  let mode = options.mode ?? 'ok';
  let sinceModeSet = 0;
  const timers = new Set<NodeJS.Timeout>();
  const http = createServer((request, response) => {
    response.on('error', () => undefined);
    readBody(request)
      .then((body) => answer(request, response, body))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: string) {
    const at = performance.now();
    server.requests.push({ at, path: request.url ?? '', authorization: request.headers.authorization ?? '', body });
    const nth = sinceModeSet++;
    const json = (status: number, value: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    };
    switch (mode) {
      case 'hang':
        return;
      case 'status-500':
        return json(500, { error: { message: `boom ${request.headers.authorization}`, type: 'server_error' } });
      case 'rate-limited-once':
        if (nth === 0)
          return json(429, { error: { message: 'slow down' } }, { 'retry-after': String(server.retryAfterS) });
        break;
      case 'rate-limited':
        return json(429, { error: { message: 'slow down', code: 'rate_limit_exceeded' } }, { 'retry-after': '30' });
      case 'unauthorized':
        return json(401, {
          error: { message: `Incorrect API key provided: ${request.headers.authorization}`, code: 'invalid_api_key' },
        });
      case 'nonsense':
        response.writeHead(200, { 'content-type': 'application/json' }).end('<html>ok{{{');
        return;
      case 'wrong-shape':
        return json(200, { result: [1, 2, 3], data: 'x', choices: 'y' });
      case 'slow-drip': {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{');
        const timer = setInterval(() => response.write(' '), 50);
        timers.add(timer);
        response.on('close', () => clearInterval(timer));
        return;
      }
      case 'huge-body': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const block = Buffer.alloc(1024 * 1024, ' ');
        let left = 300;
        const more = () => {
          while (left-- > 0 && !response.destroyed)
            if (!response.write(block)) return void response.once('drain', more);
          response.end();
        };
        return more();
      }
      case 'cut-off':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"data": [');
        setImmediate(() => response.destroy());
        return;
      case 'redirect':
        response.writeHead(307, { location: `http://localhost:${(http.address() as AddressInfo).port}/stolen` }).end();
        return;
      case 'ok':
      case 'wrong-dimension':
        break;
    }
    if (request.url === '/v1/embeddings') {
      const rows = [(JSON.parse(body) as { input: string | string[] }).input].flat().length;
      if (rows > server.rowsMax)
        return json(400, { error: { message: 'batch size is invalid', code: 'invalid_parameter' } });
      return json(200, embeddings(body));
    }
    if (request.url === '/v1/chat/completions') return json(200, completion(body));
    return json(404, { error: { message: 'no such path', code: 'not_found' } });
  }

  function embeddings(body: string) {
    const { input, model, dimensions, encoding_format } = JSON.parse(body) as {
      input: string | string[];
      model: string;
      dimensions?: number;
      encoding_format?: string;
    };
    const size = (dimensions ?? server.dimensions) + (mode === 'wrong-dimension' ? 1 : 0);
    const data = [input].flat().map((text, index) => {
      const vector = pseudoVector(text, size);
      const base64 = Buffer.from(Float32Array.from(vector).buffer).toString('base64');
      return { object: 'embedding', index, embedding: encoding_format === 'base64' ? base64 : vector };
    });
    // The protocol promises an index, not an order.
    return { object: 'list', model, data: data.reverse(), usage: { prompt_tokens: 5, total_tokens: 5 } };
  }

  function completion(body: string) {
    const request = JSON.parse(body) as ChatBody & { model: string };
    const tool = server.tools ? request.tools?.[0]?.function.name : undefined;
    const structured = tool !== undefined || request.response_format?.type === 'json_schema';
    const said = structured ? JSON.stringify(server.chooses(request)) : server.says(request);
    const call = { id: 'call_1', type: 'function', function: { name: tool ?? '', arguments: said } };
    const message =
      tool === undefined
        ? { role: 'assistant', content: said }
        : { role: 'assistant', content: null, tool_calls: [call] };
    return {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: request.model,
      choices: [{ index: 0, message, finish_reason: tool === undefined ? 'stop' : 'tool_calls' }],
      usage: { prompt_tokens: server.usage - 40, completion_tokens: 40, total_tokens: server.usage },
    };
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: ProtocolServer = {
    baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    requests: [],
    dimensions: options.dimensions ?? 32,
    retryAfterS: 0.2,
    rowsMax: 2048,
    tools: true,
    usage: 100,
    says: () => '好的',
    chooses: () => ({ id: 'none' }),
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      sinceModeSet = 0;
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
