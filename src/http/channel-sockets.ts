// Lines that channels keep open: refused before they are opened, asked now and then whether somebody is still there. Knows no channel.
import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { ChannelSocket } from '../channels/channel.ts';

/** Clients send us signs of life and nothing else. */
const PAYLOAD_MAX = 64 * 1024;
const PING_EVERY_MS = 25_000;
const ALIVE_WITHIN_MS = 2_000;
/** Somebody who reads slower than this is behind a dead line. */
const UNREAD_MAX = 4 * 1024 * 1024;
const CLOSE_WITHIN_MS = 500;
const GOING_AWAY = 1001;

/** For the whole server: an opening that no route expects has to be answered too. */
export async function mountSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: PAYLOAD_MAX, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose(done) {
      for (const socket of app.websocketServer.clients) {
        socket.close(GOING_AWAY, 'the server is going away');
        setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref();
      }
      app.websocketServer.close();
      done();
    },
  });
}

export function toChannelSocket(socket: WebSocket): ChannelSocket {
  let hasAnswered = true;
  socket.on('pong', () => {
    hasAnswered = true;
  });
  const timer = setInterval(() => {
    if (!hasAnswered) return socket.terminate();
    hasAnswered = false;
    socket.ping();
  }, PING_EVERY_MS);
  timer.unref();
  socket.once('close', () => clearInterval(timer));

  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > UNREAD_MAX) socket.terminate();
      else socket.send(text);
    },
    close: (code, reason) => socket.close(code, reason),
    isAlive: () =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) return resolve(false);
        const end = (isAlive: boolean) => () => {
          clearTimeout(wait);
          socket.off('pong', yes);
          socket.off('close', no);
          resolve(isAlive);
        };
        const yes = end(true);
        const no = end(false);
        const wait = setTimeout(no, ALIVE_WITHIN_MS);
        socket.once('pong', yes);
        socket.once('close', no);
        socket.ping();
      }),
    onMessage: (listener) => void socket.on('message', (data: Buffer) => listener(data.toString('utf8'))),
    onClose: (listener) => void socket.once('close', listener),
  };
}
