// One agent's connection to the staff API: signs in again when needed, keeps the person online. Knows no storm.

export interface DeskAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface DeskClient {
  name: string;
  /** Null when no clear answer came: the call may or may not have happened. */
  call(method: 'GET' | 'POST' | 'PUT', path: string, body?: Record<string, unknown>): Promise<DeskAnswer | null>;
  /** The same, again and again until an answer comes. For reading only. */
  read(path: string): Promise<Record<string, unknown>>;
  close(): void;
}

const TIMEOUT_MS = 8_000;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 300;
const READ_TRIES = 200;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface SignedIn {
  cookie: string;
  csrf: string;
}

async function signIn(baseUrl: string, login: string, password: string): Promise<SignedIn | null> {
  const response = await fetch(`${baseUrl}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body = (await response.json()) as { csrf: string };
  if (!response.ok) return null;
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { cookie, csrf: body.csrf };
}

export function openDeskClient(baseUrl: string, login: string, password: string): DeskClient {
  let session: SignedIn | null = null;

  async function request(method: string, path: string, body?: Record<string, unknown>): Promise<DeskAnswer | null> {
    try {
      session ??= await signIn(baseUrl, login, password);
      if (session === null) return null;
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          cookie: session.cookie,
          'x-csrf-token': session.csrf,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.status === 401) session = null;
      if (response.status >= 500 || response.status === 401) return null;
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    } catch {
      return null;
    }
  }

  const heartbeat = setInterval(() => void request('PUT', '/api/me/presence', { state: 'online' }), HEARTBEAT_MS);
  void request('PUT', '/api/me/presence', { state: 'online' });

  return {
    name: login,
    call: request,
    async read(path) {
      for (let tries = 0; tries < READ_TRIES; tries++) {
        const answer = await request('GET', path);
        if (answer?.status === 200) return answer.body;
        if (answer !== null && answer.status < 500) throw new Error(`GET ${path} answered ${answer.status}`);
        await pause(RETRY_MS);
      }
      throw new Error(`GET ${path} had no answer`);
    },
    close: () => clearInterval(heartbeat),
  };
}
