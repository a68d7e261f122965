import { afterEach, expect, test } from 'vitest';
import { eventText } from '../../../src/gateway/frames/event-text.js';
import { OriginPolicy } from '../../../src/gateway/http/cors.js';
import type { HttpReply, Route } from '../../../src/gateway/http/http.js';
import { CLOSE, type CloseCode } from '../../../src/gateway/sessions/close-code.js';
import type { Session } from '../../../src/gateway/sessions/session.js';
import { EventClient } from '../../support/event-client.js';
import { until } from '../../support/until.js';
import { RawSocket } from '../raw-socket.js';
import { GATE, PORTFOLIO, type RunningGateway, startGateway } from '../running-gateway.js';

let gateway: RunningGateway;
const sessions: Session[] = [];

afterEach(async () => {
  sessions.length = 0;
  await gateway.server.stop(0);
});

const PRINCIPAL = {
  userId: 'user',
  portfolioId: PORTFOLIO,
  scopes: ['read'],
  keyId: 'key',
  payingPortfolioId: PORTFOLIO,
  meterId: 'key',
  expiresAt: null,
} as const;

/** A stream of whatever is sent to its session. */
const REPLY: HttpReply = {
  status: 200,
  body: null,
  headers: { 'x-of-the-family': 'yes' },
  events: {
    principal: PRINCIPAL,
    encoder: {
      encode: (frame) => eventText({ data: frame }),
      farewell: (code: CloseCode, reason: string) => eventText({ event: 'close', data: `${code} ${reason}` }),
    },
    opened: (session) => {
      sessions.push(session);
      session.send('hello');
    },
  },
};

function route(handle: () => HttpReply | Promise<HttpReply> = () => REPLY): Route {
  return { method: 'GET', path: '/events', handle };
}

function open(headers: Readonly<Record<string, string>> = {}): Promise<EventClient> {
  return EventClient.open(`http://127.0.0.1:${gateway.port}/events`, headers);
}

async function greeted(): Promise<EventClient> {
  const client = await open();
  await until('it was greeted', () => client.of('message').length === 1);
  return client;
}

function flush(): void {
  gateway.sessions.flushAll();
}

test('a session’s frames leave as events, behind a head that nobody on the way keeps or gathers', async () => {
  gateway = await startGateway({ routes: [route()] });
  const client = await greeted();
  expect(client.status).toBe(200);
  expect(client.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-of-the-family': 'yes',
  });
  expect(client.events).toEqual([{ retry: '1000' }, { data: 'hello' }]);
  for (let count = 0; count < 1_000; count++) sessions[0]!.sendPublic(`${count}`);
  await until('all are here', () => client.of('message').length === 1_001);
  expect(client.of('message').slice(1).map(Number)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  sessions[0]!.close(CLOSE.CREDENTIAL_REVOKED, 'revoked');
  await until('it has ended', () => client.isEnded);
  expect(client.of('close')).toEqual(['4001 revoked']);
  expect([gateway.sessions.size, gateway.protocol.record]).toEqual([0, ['closed']]);
  expect(gateway.traffic.closesByCode.get(4001)).toBe(1);
});

test('a credential that ended while its stream was on the way closes it as soon as it has begun', async () => {
  const recheck = (ended: string) => {
    const isOf = ({ principal }: Session) => principal.keyId === ended;
    gateway.sessions.closeWhere(isOf, CLOSE.CREDENTIAL_REVOKED, 'revoked');
  };
  gateway = await startGateway({ routes: [route()], gate: { ...GATE, recheck } });
  const client = await open();
  await until('it has ended', () => client.isEnded);
  expect([client.of('message'), client.of('close')]).toEqual([['hello'], ['4001 revoked']]);
});

test('asking for the head alone begins nothing', async () => {
  gateway = await startGateway({ routes: [route()] });
  const response = await fetch(`http://127.0.0.1:${gateway.port}/events`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(gateway.sessions.size).toBe(0);
});

test('a client that does not read is told 4008 when it reads again, and no other feels it', async () => {
  gateway = await startGateway({ routes: [route()] });
  const [slow, fast] = [await greeted(), await greeted()];
  slow.pause();
  let sent = 0;
  while (!sessions[0]!.closed) {
    sessions[0]!.send(String(sent++).padEnd(50_000));
    sessions[1]!.send('on time');
    flush();
    expect(sessions[0]!.bufferedBytes).toBeLessThan(4_194_304 + 300_000);
  }
  await until('the other has all its events', () => fast.of('message').length === sent + 1);
  slow.resume();
  await until('it has ended', () => slow.isEnded);
  expect(slow.of('close')).toEqual(['4008 too much is waiting to be read']);
  const numbers = slow.of('message').slice(1).map(Number);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(numbers.length).toBeGreaterThan(10);
  fast.leave();
});

test('a slow client that reads again gets everything in order, and the protocol hears of it', async () => {
  gateway = await startGateway({ routes: [route()] });
  const client = await greeted();
  for (let round = 1; round <= 3; round++) {
    client.pause();
    let sent = 0;
    while (sessions[0]!.bufferedBytes < 2_000_000) {
      sessions[0]!.send(`${sent++} ${round}`.padEnd(10_000, 'é'));
      flush();
    }
    const before = client.of('message').length;
    client.resume();
    await until('all arrived', () => sessions[0]!.bufferedBytes === 0);
    sessions[0]!.send('last');
    await until('the last one too', () => client.of('message').at(-1) === 'last');
    expect(client.of('message').length).toBeGreaterThanOrEqual(before + 1);
    const drained = gateway.protocol.record.filter((what) => what === 'drained');
    expect(drained.length).toBeGreaterThanOrEqual(round);
    const numbers = client
      .of('message')
      .filter((text) => text.includes(` ${round}é`))
      .map((text) => Number.parseInt(text, 10));
    expect(numbers).toEqual(Array.from({ length: sent }, (_, n) => n));
  }
  client.leave();
});

test('the last frame of a client that stalls arrives without another one behind it', async () => {
  gateway = await startGateway({ routes: [route()] });
  const client = await greeted();
  client.pause();
  let sent = 0;
  while (sessions[0]!.bufferedBytes === 0) {
    sessions[0]!.send(String(sent++).padEnd(1_000));
    flush();
  }
  client.resume();
  await until('all arrived', () => client.of('message').length === sent + 1);
  client.leave();
});

test('a client that never reads again is cut, and its place is free', async () => {
  gateway = await startGateway({ routes: [route()] }, { farewellMs: 20, sessionsPerAddressMax: 1 });
  const slow = await greeted();
  slow.pause();
  while (!sessions[0]!.closed) {
    sessions[0]!.send('x'.repeat(50_000));
    flush();
  }
  await until('its place is free', async () => {
    const next = await open();
    next.leave();
    return next.status === 200;
  });
  slow.leave();
});

test('streams are refused beyond the limits that sessions have, and count with them', async () => {
  for (const limit of ['sessionsMax', 'sessionsPerAddressMax'] as const) {
    sessions.length = 0;
    gateway = await startGateway({ routes: [route()] }, { [limit]: 1 });
    const first = await greeted();
    const second = await open();
    const status = limit === 'sessionsMax' ? 503 : 429;
    expect(second.status).toBe(status);
    expect(second.headers['x-of-the-family']).toBe('yes');
    expect(await second.refusal()).toMatchObject({ statusCode: status });
    first.leave();
    await until('the session is gone', () => gateway.sessions.size === 0);
    (await greeted()).leave();
    await gateway.server.stop(0);
  }
  gateway = await startGateway();
});

test('a stream takes the place of the oldest session of its key, and gives it up to the next', async () => {
  gateway = await startGateway({ routes: [route()] }, { sessionsPerKeyMax: 1 });
  const [first, second] = [await greeted(), await greeted()];
  await until('the first has ended', () => first.isEnded);
  expect(first.of('close')[0]).toMatch(/^4009 /);
  expect([second.isEnded, gateway.sessions.size]).toEqual([false, 1]);
  second.leave();
});

test('no page of an origin that is not listed gets a stream', async () => {
  const origins = new OriginPolicy(['https://app.example.com']);
  gateway = await startGateway({ routes: [route()], origins });
  for (const origin of ['http://app.example.com', 'https://app.example.com:8443', 'null']) {
    expect((await open({ origin })).status).toBe(403);
  }
  const listed = await open({ origin: 'https://app.example.com' });
  expect(listed.status).toBe(200);
  expect(listed.headers['access-control-allow-origin']).toBe('https://app.example.com');
  listed.leave();
});

test('a client that leaves at any stage leaves nothing behind', async () => {
  const handlers: (() => void)[] = [];
  const slow = () =>
    new Promise<HttpReply>((resolve) => {
      handlers.push(() => resolve(REPLY));
    });
  const limits = { sessionsPerKeyMax: 1, sessionsPerAddressMax: 1, handlerTimeoutMs: 500 };
  gateway = await startGateway({ routes: [route(slow)] }, limits);
  const stages = {
    'before the handler is done': async () => {},
    'in the turn in which it begins': async () => handlers.pop()!(),
    'when it has begun': async () => {
      handlers.pop()!();
      await until('it has begun', () => gateway.sessions.size === 1);
    },
    'while it is written to': async () => {
      handlers.pop()!();
      await until('it has begun', () => gateway.sessions.size === 1);
      sessions.at(-1)!.send('x'.repeat(20_000_000));
      flush();
    },
    'when it was ended': async () => {
      handlers.pop()!();
      await until('it has begun', () => gateway.sessions.size === 1);
      sessions.at(-1)!.close(CLOSE.RESTARTING, 'test');
    },
  };
  for (const reach of Object.values(stages)) {
    for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
      const client = await RawSocket.open(gateway.port);
      client.write('GET /events HTTP/1.1\r\nHost: test\r\n\r\n');
      await until('the handler runs', () => handlers.length === 1);
      await reach();
      client.socket[leave]();
      await until('it is gone', () => client.isClosed || leave === 'end');
      handlers.pop()?.();
      await until('nothing is left', () => gateway.sessions.size === 0);
    }
  }
  const survivor = open();
  await until('the handler runs', () => handlers.length === 1);
  handlers.pop()!();
  expect((await survivor).status).toBe(200);
  expect(gateway.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  (await survivor).leave();
});

test('many clients that die at once take all their sessions with them', async () => {
  gateway = await startGateway({ routes: [route()] });
  const clients = await Promise.all(Array.from({ length: 300 }, greeted));
  expect(gateway.sessions.size).toBe(300);
  for (const session of sessions) session.send('x'.repeat(200_000));
  for (const client of clients) client.leave();
  for (const session of sessions) session.send('after');
  await until('all are gone', () => gateway.sessions.size === 0);
  const closed = gateway.protocol.record.filter((what) => what === 'closed');
  expect(closed).toHaveLength(300);
});

test('a stream outlives the time that a handler has, and a stop tells it 1012', async () => {
  gateway = await startGateway({ routes: [route(async () => REPLY)] }, { handlerTimeoutMs: 1 });
  const client = await greeted();
  sessions[0]!.tick(Number.MAX_SAFE_INTEGER);
  await until('there is a comment to keep it alive', () => client.comments > 0);
  const stopped = gateway.server.stop(10_000);
  await until('it has ended', () => client.isEnded);
  expect(client.of('close')).toEqual(['1012 restarting']);
  await stopped;
  gateway = await startGateway();
});
