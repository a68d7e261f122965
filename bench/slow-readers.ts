import { setTimeout as delay } from 'node:timers/promises';
import { BookMover } from './book-mover.js';
import { Bystander, type BystanderLatency } from './bystander.js';
import { type GatewayReadings, readGateway } from './gateway-memory.js';
import type { Target } from './raw-client.js';
import { alternate } from './series.js';
import { SlowReader } from './slow-reader.js';

/** What moves while the readers do not read, and what the bystander trades: not the same, so that both stay apart. */
const MOVING_SYMBOL = 'BTC';
const BYSTANDER_SYMBOL = 'ETH';
const BYSTANDER_PRICE = 2_900;
/** Nothing of what the bystander does is among it: what each reader does not take are public frames and its own answers. */
const CHANNELS = [`book:${MOVING_SYMBOL}`, `trades:${MOVING_SYMBOL}`, `ticker:${MOVING_SYMBOL}`];
const WATCH_EVERY_MS = 200;
const AT_ONCE = 20;

export interface SlowReadersOptions {
  readonly target: Target;
  readonly readers: number;
  /** Orders of the bystander in a round. */
  readonly orders: number;
  readonly rounds: number;
  /** How long the readers fall behind before the bystander is measured. */
  readonly fillMs: number;
}

export interface SlowReadersResult {
  readonly alone: readonly BystanderLatency[];
  readonly beside: readonly BystanderLatency[];
  /** What all the readers had waiting at most, and the process then had. */
  readonly most: GatewayReadings;
}

/** Measures a bystander alone and beside readers of a byte a second, in turn, while a book moves all the time. */
export async function benchSlowReaders(options: SlowReadersOptions): Promise<SlowReadersResult> {
  const { target, readers, orders, rounds, fillMs } = options;
  const authorization = await ownAuthorization(target);
  const mover = new BookMover(target, MOVING_SYMBOL);
  let most = await readGateway(target);
  const measure = () => Bystander.measure(target, BYSTANDER_SYMBOL, BYSTANDER_PRICE, orders);
  const watch = async (): Promise<void> => {
    const readings = await readGateway(target);
    if (readings.waitingBytes >= most.waitingBytes) most = readings;
  };
  const besideReaders = async (): Promise<BystanderLatency> => {
    const watching = setInterval(() => void watch(), WATCH_EVERY_MS);
    const slow: SlowReader[] = [];
    try {
      while (slow.length < readers) {
        const size = Math.min(AT_ONCE, readers - slow.length);
        const opening = Array.from({ length: size }, () => SlowReader.open(target, authorization, CHANNELS));
        slow.push(...(await Promise.all(opening)));
      }
      await delay(fillMs);
      return await measure();
    } finally {
      clearInterval(watching);
      for (const reader of slow) reader.close();
    }
  };
  try {
    const [alone, beside] = await alternate(rounds, [measure, besideReaders]);
    return { alone: alone!, beside: beside!, most };
  } finally {
    await mover.stop();
  }
}

/** What the readers show: a key of their own, without a limit as the bystander's is, so that their questions are answered. */
async function ownAuthorization({ host, port, apiKey }: Target): Promise<string> {
  const response = await fetch(`http://${host}:${port}/v1/credentials`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ kind: 'KEY_PAIR', name: 'slow readers' }),
  });
  if (!response.ok) throw new Error(`the slow readers got no key: ${await response.text()}`);
  const { keyId, secretKey } = (await response.json()) as { keyId: string; secretKey: string };
  return `Basic ${Buffer.from(`${keyId}:${secretKey}`).toString('base64')}`;
}
