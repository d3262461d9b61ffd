// A Direct Line client as the protocol describes one: plain HTTP and the WebSocket of the platform, no library.
export const DIRECTLINE_SECRET = 'direct-line-secret-of-the-shop';

export interface Said {
  type: string;
  id: string;
  text?: string;
  /** Of an event. */
  name?: string;
  value?: Record<string, unknown>;
  channelData?: Record<string, unknown>;
  from: { id: string; name: string; role: string };
  conversation: { id: string };
  timestamp: string;
  suggestedActions?: { actions: { type: string; title: string; value: string }[] };
  attachments?: { contentType: string; contentUrl: string; thumbnailUrl?: string }[];
}
export interface Conversation {
  conversationId: string;
  token: string;
  expires_in: number;
  streamUrl: string;
}
export interface ActivitySet {
  activities: Said[];
  watermark?: string;
}

export interface Answer<T> {
  status: number;
  body: T & { error?: { code: string; message: string } };
  headers: Headers;
}

export interface AskOptions {
  bearer?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export function createDirectlineClient(base: string) {
  async function ask<T>(method: string, path: string, { bearer, body, headers = {} }: AskOptions = {}) {
    const response = await fetch(path.startsWith('http') ? path : `${base}/v3/directline${path}`, {
      method,
      headers: {
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers } as Answer<T>;
  }
  const generate = (body: unknown = {}, bearer: string | null = DIRECTLINE_SECRET) =>
    ask<Omit<Conversation, 'streamUrl'>>('POST', '/tokens/generate', { bearer, body });
  const start = (bearer: string, body: unknown = {}) => ask<Conversation>('POST', '/conversations', { bearer, body });
  const post = (conversation: string, bearer: string, activity: unknown) =>
    ask<{ id: string }>('POST', `/conversations/${conversation}/activities`, { bearer, body: activity });
  const list = (conversation: string, bearer: string, watermark = '') =>
    ask<ActivitySet>('GET', `/conversations/${conversation}/activities?watermark=${watermark}`, { bearer });
  return {
    ask,
    generate,
    start,
    post,
    list,
    refresh: (bearer: string) => ask<Conversation>('POST', '/tokens/refresh', { bearer }),
    reconnect: (conversation: string, bearer: string, watermark = '') =>
      ask<Conversation>('GET', `/conversations/${conversation}?watermark=${watermark}`, { bearer }),
    /** A conversation of that user, begun. */
    async enter(user = 'dl_shopper-1') {
      const { body } = await generate({ user: { id: user } });
      return (await start(body.token)).body;
    },
    say: (conversation: string, bearer: string, text: string, more: Record<string, unknown> = {}) =>
      post(conversation, bearer, { type: 'message', from: { id: 'whoever', name: '小明' }, text, ...more }),
  };
}

export interface OpenLine {
  /** All frames but the empty ones. */
  frames: ActivitySet[];
  /** Messages, each once as it came; typing apart. */
  messages(): Said[];
  typing(): Said[];
  watermark(): string;
  closed: Promise<{ code: number; reason: string }>;
  socket: WebSocket;
}

/** @throws Error when the opening is refused */
export function openLine(streamUrl: string): Promise<OpenLine> {
  const socket = new WebSocket(streamUrl);
  const frames: ActivitySet[] = [];
  socket.addEventListener('message', ({ data }) => {
    if (data !== '') frames.push(JSON.parse(String(data)) as ActivitySet);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  const all = (type: string) => frames.flatMap((f) => f.activities).filter((a) => a.type === type);
  const line: OpenLine = {
    frames,
    messages: () => all('message'),
    typing: () => all('typing'),
    watermark: () => frames.findLast((f) => f.watermark)?.watermark ?? '',
    closed,
    socket,
  };
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(line));
    socket.addEventListener('error', () => reject(new Error('the line was not opened')));
  });
}
