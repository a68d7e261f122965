import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GatewayLimits } from '../../../src/gateway/gateway-limits.js';
import { CLOSE } from '../../../src/gateway/sessions/close-code.js';
import type { Session } from '../../../src/gateway/sessions/session.js';
import { until } from '../../support/until.js';
import { frame, handshake, RawSocket } from '../raw-socket.js';
import { EchoProtocol, KEY, type RunningGateway, startGateway } from '../running-gateway.js';

/** A turn has time for a few frames of this protocol. */
class BusyProtocol extends EchoProtocol {
  override received(session: Session, text: string): void {
    const untilMs = performance.now() + 1;
    while (performance.now() < untilMs);
    super.received(session, text);
  }

  get texts(): string[] {
    return this.record.filter((line) => line.startsWith('received'));
  }
}

const COUNT = 60;
const TEXTS = Array.from({ length: COUNT }, (_, index) => `${index}`);
const FRAMES = Buffer.concat(TEXTS.map((text) => frame(1, Buffer.from(text))));
const ALL = TEXTS.map((text) => `received ${text}`);
/** A masked close frame without a code. */
const CLOSE_FRAME = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);
const HANDSHAKE = handshake('/v1/ws', `X-API-Key: ${KEY}`);

let protocol: BusyProtocol;
let gateway: RunningGateway;

async function start(limits: Partial<GatewayLimits> = {}): Promise<void> {
  protocol = new BusyProtocol();
  gateway = await startGateway({ stream: protocol }, limits);
}

async function connect(): Promise<RawSocket> {
  const raw = await RawSocket.open(gateway.port);
  raw.write(HANDSHAKE);
  await raw.receives('hello');
  return raw;
}

const someAreHandled = () => until('some are handled', () => protocol.texts.length > 0);

beforeEach(() => start());
afterEach(() => gateway.server.stop(0));

test('what a client sends before it closes is handled, and then its session ends', async () => {
  const raw = await connect();
  raw.write(Buffer.concat([FRAMES, CLOSE_FRAME]));
  await until('the session has ended', () => gateway.sessions.size === 0);
  expect(protocol.record).toEqual(['opened', ...ALL, 'closed']);
});

test('what a session has received before it is replaced is handled', async () => {
  await gateway.server.stop(0);
  await start({ sessionsPerKeyMax: 1 });
  const raw = await connect();
  raw.write(FRAMES);
  await someAreHandled();
  await connect();
  await until('the first has ended', () => gateway.sessions.size === 1);
  expect(protocol.texts).toEqual(ALL);
});

test('at a planned stop a session leaves when what it has received is answered', async () => {
  const raw = await connect();
  raw.write(FRAMES);
  await someAreHandled();
  await gateway.server.stop(10_000);
  expect(protocol.record).toEqual(['opened', ...ALL, 'closed']);
});

test('what a session has received that is closed for a reason of its own is dropped', async () => {
  const raw = await connect();
  raw.write(FRAMES);
  await someAreHandled();
  gateway.sessions.closeWhere(() => true, CLOSE.CREDENTIAL_REVOKED, 'revoked');
  const count = protocol.texts.length;
  await until('it was told', () => raw.isClosed);
  expect(count).toBeLessThan(COUNT);
  expect(protocol.texts).toHaveLength(count);
});

test('so is what waits of a client that has gone already', async () => {
  const raw = await connect();
  raw.write(FRAMES);
  await someAreHandled();
  raw.socket.destroy();
  const handled = protocol.texts.length;
  await until('more are handled', () => protocol.texts.length > handled + 10);
  gateway.sessions.closeWhere(() => true, CLOSE.CREDENTIAL_REVOKED, 'revoked');
  expect(gateway.sessions.size).toBe(0);
  expect(protocol.record.at(-1)).toBe('closed');
});
