import { createHmac, randomUUID } from 'node:crypto';
import { addKey } from '../api/users.js';
import { newUser, openCredentials } from '../identity/fresh-credentials.js';
import { StreamClient } from '../support/stream-client.js';
import type { Answer, Tradewire } from '../support/tradewire.js';

/** What the provider of the tests signs with. */
export const WEBHOOK_SECRET = 'a-webhook-secret-of-the-billing-tests';

export interface Checkout {
  readonly checkout_url: string;
  readonly session_id: string;
  readonly amount: number;
  readonly discount: number;
}

/** Somebody who has just registered, and is known to no exchange yet. */
export class Subscriber {
  private constructor(
    private readonly tradewire: Tradewire,
    readonly userId: string,
    readonly portfolioId: string,
    readonly key: string,
  ) {}

  static async register(tradewire: Tradewire, registeredAt = new Date()): Promise<Subscriber> {
    const user = newUser({ createdAt: registeredAt.toISOString() });
    const stores = await openCredentials(tradewire.venue);
    await stores.users.create(user);
    stores.close();
    const { key } = await addKey(tradewire, user.userId, ['read', 'trade']);
    return new Subscriber(tradewire, user.userId, user.portfolioIds[0]!, key);
  }

  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.tradewire.ask(method, path, body, this.key);
  }

  async subscription(): Promise<Record<string, unknown>> {
    return (await this.ask('GET', '/v1/billing/subscription')).body as Record<string, unknown>;
  }

  async subscribe(plan: string): Promise<Checkout> {
    const { status, body } = await this.ask('POST', '/v1/billing/subscribe', { plan });
    if (status !== 200) throw new Error(`no checkout: ${status} ${JSON.stringify(body)}`);
    return body as Checkout;
  }

  /** Opens a session and pays it in the sandbox. */
  async pay(plan: string): Promise<void> {
    const { session_id: sessionId } = await this.subscribe(plan);
    const { status, body } = await this.tradewire.ask('POST', '/v1/sandbox/billing/complete', { sessionId });
    if (status !== 200) throw new Error(`not paid: ${status} ${JSON.stringify(body)}`);
  }

  /** As the exchange has it; a reset of the connection by the server is a failure of the test. */
  async balance(): Promise<number> {
    const client = await StreamClient.connect(this.tradewire, this.key);
    const { account } = await client.call<{ account: { balance: number } }>('account.get');
    await client.close();
    return account.balance;
  }

  /** An order that rests far below the market. */
  order(): Promise<Answer> {
    return this.ask('POST', '/v1/orders', {
      ...{ symbol: 'BTC', side: 'BUY', orderType: 'LIMIT', limitPrice: 30_000, quantity: 0.001 },
      portfolioId: this.portfolioId,
    });
  }
}

/** A notice that a session was paid, as the provider sends it. */
export function paidNotice({ session_id, amount }: Checkout, id: string = randomUUID()) {
  return { id, type: 'checkout.completed', session_id, amount, currency: 'USD' };
}

export function signature(
  body: string,
  timestampS = Math.floor(Date.now() / 1_000),
  secret = WEBHOOK_SECRET,
) {
  const digest = createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex');
  return `t=${timestampS},v1=${digest}`;
}

/** Sends a notice with a signature, a good one unless another is given. */
export async function notify(
  tradewire: Tradewire,
  notice: unknown,
  header?: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const body = typeof notice === 'string' ? notice : JSON.stringify(notice);
  const response = await fetch(`${tradewire.url}/v1/billing/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signature': header ?? signature(body) },
    body,
  });
  return { status: response.status, body: await response.json() };
}
