import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { StreamClient } from './stream-client.js';
import { addTrader, type Trader } from './trader.js';
import type { Tradewire } from './tradewire.js';
import { until } from './until.js';

const CLIENT = fileURLToPath(new URL('./guarded-client.mjs', import.meta.url));
/** Far below the market of an untouched sandbox: it rests. */
export const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.01, limitPrice: 49_000 };

interface Standing {
  readonly status: string;
  readonly reason?: string;
}

/** How an order of a trader stands, as one gateway has it. */
export async function standingOf(tradewire: Tradewire, { key }: Trader, orderId: string): Promise<Standing> {
  const { body } = await tradewire.ask('GET', `/v1/orders/${orderId}`, undefined, key);
  return body as Standing;
}

/** Waits until an order was cancelled because of a disconnect. */
export async function cancelledByDisconnect(
  tradewire: Tradewire,
  trader: Trader,
  orderId: string,
): Promise<void> {
  const isCancelled = async () => {
    const { status, reason } = await standingOf(tradewire, trader, orderId);
    return status === 'CANCELED' && reason === 'DISCONNECT';
  };
  await until(`${orderId} is cancelled`, isCancelled);
}

/** A trader with a portfolio of its own, one session whose end has orders cancelled, and one resting order. */
export interface GuardedBot {
  readonly trader: Trader;
  readonly client: StreamClient;
  readonly orderId: string;
}

export async function guardedBot(tradewire: Tradewire, graceMs: number): Promise<GuardedBot> {
  const trader = await addTrader(tradewire);
  const client = await StreamClient.connect(tradewire, trader.key);
  await client.call('session.cancelOnDisconnect', { enabled: true, graceMs });
  const { orderId } = await client.place(BID);
  return { trader, client, orderId };
}

/** The same in a process of its own, which is frozen then: its kernel holds the connection, and nobody answers. */
export async function frozenBot(
  tradewire: Tradewire,
  graceMs: number,
): Promise<Pick<GuardedBot, 'trader' | 'orderId'>> {
  const trader = await addTrader(tradewire);
  const args = [CLIENT, tradewire.streamUrl, trader.key, String(graceMs), JSON.stringify(BID)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [orderId] = await new Promise<string[]>((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve([line]));
  });
  child.kill('SIGSTOP');
  return { trader, orderId: orderId! };
}
