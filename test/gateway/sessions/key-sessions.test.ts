import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Session } from '../../../src/gateway/sessions/session.js';
import { until } from '../../support/until.js';
import { authenticate, GATE, KEY, type RunningGateway, startGateway } from '../running-gateway.js';

let gateway: RunningGateway;

afterEach(() => gateway.server.stop(0));

/** A connection, and how it ended. */
interface Client {
  readonly socket: WebSocket;
  closeCode: number | null;
}

async function connect(key = KEY): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`, { headers: { 'x-api-key': key } });
  const client: Client = { socket, closeCode: null };
  let isGreeted = false;
  socket.on('message', () => (isGreeted = true));
  socket.on('error', () => {});
  socket.on('close', (code) => (client.closeCode = code));
  await until('it was greeted', () => isGreeted);
  return client;
}

const codes = (clients: readonly Client[]) => clients.map(({ closeCode }) => closeCode);

test('the newest session of a key takes the place of its oldest one, and of no other key’s', async () => {
  const other = 'another-key';
  const gate = {
    ...GATE,
    authenticate: async (presented: Parameters<typeof authenticate>[0]) => {
      const isOther = presented !== null && 'secret' in presented && presented.secret === other;
      const result = await authenticate(isOther ? { secret: KEY } : presented);
      return isOther && 'principal' in result ? { principal: { ...result.principal, keyId: other } } : result;
    },
  };
  gateway = await startGateway({ gate }, { sessionsPerKeyMax: 2 });
  const clients = [await connect(other), await connect(), await connect(), await connect()];
  await until('the oldest has ended', () => clients[1]!.closeCode !== null);
  clients.push(await connect());
  await until('the next one has ended', () => clients[2]!.closeCode !== null);
  expect(codes(clients)).toEqual([null, 4009, 4009, null, null]);
  expect([gateway.sessions.size, gateway.traffic.closesByCode.get(4009)]).toEqual([3, 2]);
  clients[4]!.socket.close();
  await until('it has left', () => gateway.sessions.size === 2);
  clients.push(await connect());
  expect(codes(clients)).toEqual([null, 4009, 4009, null, 1005, null]);
  for (const { socket } of clients) socket.terminate();
});

test('one that does not read keeps no place, though it cannot be told', async () => {
  gateway = await startGateway({}, { sessionsPerKeyMax: 1 });
  const deaf = await connect();
  const session = gateway.protocol.sessions[0]!;
  deaf.socket.pause();
  while (session.bufferedBytes < 500_000) {
    session.send('x'.repeat(50_000));
    gateway.sessions.flushAll();
  }
  const next = await connect();
  expect([session.closed, session.waitingBytes]).toEqual([true, 0]);
  deaf.socket.resume();
  await until('it has seen its end', () => deaf.closeCode !== null);
  expect(codes([deaf, next])).toEqual([1006, null]);
  next.socket.terminate();
});

test('one that was ended already, and is still to be told, makes room as well', async () => {
  gateway = await startGateway({}, { sessionsPerKeyMax: 1 });
  const slow = await connect();
  const session: Session = gateway.protocol.sessions[0]!;
  slow.socket.pause();
  while (!session.closed) {
    session.send('x'.repeat(50_000));
    gateway.sessions.flushAll();
  }
  expect(session.waitingBytes).toBeGreaterThan(0);
  const next = await connect();
  expect(session.waitingBytes).toBe(0);
  slow.socket.terminate();
  next.socket.terminate();
});
