import { BYSTANDER_PRICE, BYSTANDER_SYMBOL, eventually, newLimitedKey } from './beside-trouble.js';
import { Bystander, type BystanderLatency } from './bystander.js';
import { RawClient, type Target } from './raw-client.js';
import { alternate } from './series.js';
import type { TradewireServer } from './tradewire-server.js';
import { VenueSession } from './venue-session.js';

const ORDER = { symbol: 'SOL', side: 'BUY', orderType: 'LIMIT', quantity: 1, limitPrice: 140 };
/** A gateway that was given up closes its sessions with this code when it wakes. */
const RESTARTING = 1012;

export interface FrozenGatewayOptions {
  /** Where the bystander trades. */
  readonly target: Target;
  /** A gateway of the same venue. */
  readonly frozen: Pick<TradewireServer, 'target' | 'pid'>;
  readonly guarded: number;
  readonly orders: number;
  readonly rounds: number;
}

export interface FrozenGatewayResult {
  readonly alone: readonly BystanderLatency[];
  readonly beside: readonly BystanderLatency[];
}

/**
 * Measures a bystander while another gateway of its venue is well, and while that is frozen with guarded sessions on it.
 * Rejects when their orders are not cancelled meanwhile, or they are not closed when the gateway goes on.
 */
export async function benchFrozenGateway(options: FrozenGatewayOptions): Promise<FrozenGatewayResult> {
  const { target, frozen, guarded, orders, rounds } = options;
  const measure = () => Bystander.measure(target, BYSTANDER_SYMBOL, BYSTANDER_PRICE, orders);
  const besideFrozen = async (): Promise<BystanderLatency> => {
    const apiKey = await newLimitedKey(target);
    const closes = await guardSessions({ ...frozen.target, apiKey }, guarded);
    const { session } = await VenueSession.open({ ...frozen.target, apiKey });
    const { order } = (await session.request('order.place', ORDER)) as { order: { orderId: string } };
    process.kill(frozen.pid, 'SIGSTOP');
    try {
      const latency = await measure();
      await cancelled({ ...target, apiKey }, order.orderId);
      process.kill(frozen.pid, 'SIGCONT');
      await eventually('the ends of guarded sessions', async () =>
        closes.length === guarded ? closes : null,
      );
      const strange = closes.find((code) => code !== RESTARTING);
      if (strange !== undefined) throw new Error(`a guarded session was closed with ${strange}`);
      return latency;
    } finally {
      session.close();
      // One that is stopped could not be ended.
      process.kill(frozen.pid, 'SIGCONT');
    }
  };
  const [alone, beside] = await alternate(rounds, [measure, besideFrozen]);
  return { alone: alone!, beside: beside! };
}

/** Opens sessions whose orders are cancelled when they end; the codes they are closed with, as they come. */
async function guardSessions(target: Target, count: number): Promise<readonly number[]> {
  const closes: number[] = [];
  for (let number = 0; number < count; number++) {
    await new Promise<void>((resolve, reject) => {
      const onText = (bytes: Buffer, start: number, end: number): void => {
        const text = bytes.toString('latin1', start, end);
        if (text.startsWith('{"id":1,"result"')) resolve();
        if (text.startsWith('{"id":1,"error"')) reject(new Error(text));
      };
      RawClient.open(target, { onText, onClose: (code) => closes.push(code) }).then((client) => {
        client.send('{"id":1,"method":"session.cancelOnDisconnect","params":{"enabled":true}}');
        client.flush();
      }, reject);
    });
  }
  return closes;
}

async function cancelled(target: Target, orderId: string): Promise<void> {
  const { session } = await VenueSession.open(target);
  await eventually('the cancel of a guarded order', async () => {
    const { order } = (await session.request('order.get', { orderId })) as {
      order: { status: string; reason: string };
    };
    return order.status === 'CANCELED' && order.reason === 'DISCONNECT' ? order : null;
  });
  session.close();
}
