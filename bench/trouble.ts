// What clients that make trouble cost others: `node dist/bench/trouble.js [--small]` after `npm run build`.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startPrivateRedis } from '../src/private-redis.js';
import { benchFrozenGateway } from './beside-frozen-gateway.js';
import { benchBesideTrouble } from './beside-trouble.js';
import { bystanderLines } from './bystander-report.js';
import { quoteMarket } from './quoted-market.js';
import { line, title } from './report.js';
import { TradewireServer } from './tradewire-server.js';
import { TROUBLE_KINDS, type TroubleKind, type TroubleName } from './trouble-kinds.js';

const { values } = parseArgs({
  options: { small: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const ORDERS = values.small ? 100 : 500;
const ROUNDS = values.small ? 1 : 9;
const CLIENTS_MAX = values.small ? 30 : Number.POSITIVE_INFINITY;
const GUARDED = 20;
/** As short as they may be: what is silent is cut after them, and this waits for it. */
const SETTINGS = {
  IDLE_TIMEOUT_MS: '8000',
  HEARTBEAT_MS: '2000',
  BOOK_INTERVAL_MS: '0',
  PUBLIC_REQUESTS_MAX: '100000',
};

const names = (Object.keys(TROUBLE_KINDS) as TroubleName[]).filter(isAskedFor);
const venue = await TradewireServer.start('everysec', SETTINGS);
try {
  await quoteMarket(venue.target);
  for (const name of names) await trouble(name);
} finally {
  await venue.stop();
}
if (isAskedFor('frozenGateway')) await frozenGateway();

function isAskedFor(name: string): boolean {
  return values.only === undefined || values.only === name;
}

async function trouble(name: TroubleName): Promise<void> {
  const options = { target: venue.target, name, orders: ORDERS, rounds: ROUNDS, clientsMax: CLIENTS_MAX };
  const { alone, beside, clients, fates } = await benchBesideTrouble(options);
  const kind: TroubleKind = TROUBLE_KINDS[name];
  title(`A bystander beside ${clients} ${kind.title}`);
  bystanderLines(alone, beside, !kind.isUnpaced);
  line(
    'they met with',
    Object.entries(fates)
      .map(([fate, count]) => `${fate} × ${count}`)
      .join(', '),
  );
}

async function frozenGateway(): Promise<void> {
  const logger = pino({ level: 'warn' });
  const dataDirectory = `data/bench-trouble-${process.pid}`;
  const started = await startPrivateRedis({ dataDirectory, fsync: 'everysec', logger });
  if (!started.ok) throw new Error(started.problem);
  const settings = {
    ...SETTINGS,
    REDIS_URL: started.redis.url,
    VENUE: 'trouble',
    // What is frozen says so when it wakes.
    LOG_LEVEL: 'fatal',
    // Both gateways know the same credentials.
    DEMO_KEY: randomUUID(),
    SECRET_KEY: randomUUID(),
    PUBLIC_URL: 'http://127.0.0.1',
  };
  const gateways: TradewireServer[] = [];
  try {
    for (let count = 0; count < 2; count++) gateways.push(await TradewireServer.start('everysec', settings));
    const [one, frozen] = gateways;
    await quoteMarket(one!.target);
    const options = {
      target: one!.target,
      frozen: frozen!,
      guarded: GUARDED,
      orders: ORDERS,
      rounds: ROUNDS,
    };
    const { alone, beside } = await benchFrozenGateway(options);
    title(`A bystander beside a frozen gateway with ${GUARDED} guarded sessions`);
    bystanderLines(alone, beside, true);
    line('they met with', 'orders cancelled meanwhile, 1012 when the gateway went on');
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await started.redis.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}
