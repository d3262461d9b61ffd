// A plain keep-alive client on node:http, as cheap as it gets without another library. Knows no route.
import { Agent, request } from 'node:http';

export interface Response {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface HttpClient {
  send(method: 'GET' | 'POST', url: string, headers?: Record<string, string>, body?: string): Promise<Response>;
  close(): void;
}

export function createHttpClient(connections: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send(method, url, headers = {}, body) {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      return new Promise((resolve, reject) => {
        const sent = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(chunks).toString('utf8'),
              headers: response.headers,
            }),
          );
        });
        sent.on('error', reject);
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
