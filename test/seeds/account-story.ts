import type { SeedRun } from './seed-run.js';

export const ACCOUNT = '/v1/exchanges/hyperliquid/account';

const tokenOf = ({ values }: SeedRun) => values.get('your_jwt_token')!;

function quoteAt({ sandbox }: SeedRun, symbol: string, price: number): Promise<void> {
  return sandbox.market(symbol, { oracle: price, bids: [[price - 1, 500]], asks: [[price + 1, 500]] });
}

async function buy(run: SeedRun, symbol: string, quantity: number): Promise<void> {
  const order = { symbol, quantity, orderType: 'MARKET', positionIntent: 'BUY_TO_OPEN' };
  await run.arrange('POST', '/v1/orders', order, tokenOf(run));
}

/** A position that pays funding, and one that receives it and is liquidated. */
export async function trade(run: SeedRun): Promise<void> {
  await quoteAt(run, 'BTC', 50_000);
  await quoteAt(run, 'ETH', 2_500);
  await buy(run, 'BTC', 0.01);
  await run.arrange('POST', '/v1/sandbox/funding', { symbol: 'BTC', rate: 0.0001 });
  await buy(run, 'ETH', 20);
  await run.arrange('POST', '/v1/sandbox/funding', { symbol: 'ETH', rate: -0.0001 });
  await quoteAt(run, 'ETH', 2_030);
  await quoteAt(run, 'BTC', 50_000);
  await buy(run, 'BTC', 0.001);
}

/** Takes the money that is left, but for a little. */
export async function becomePoor(run: SeedRun): Promise<void> {
  const [account] = (await run.arrange('GET', '/v1/accounts', undefined, tokenOf(run))) as unknown as [
    { portfolios: [string] },
  ];
  const overview = await run.arrange('GET', `${ACCOUNT}/overview`, undefined, tokenOf(run));
  const left = Math.floor(Number(overview['account_value'])) - 50;
  if (left > 0) await run.sandbox.deposit(account.portfolios[0], -left);
}

/** Buys the plan pro, in the sandbox. */
export async function pay(run: SeedRun): Promise<void> {
  const { session_id: sessionId } = await run.arrange(
    'POST',
    '/v1/billing/subscribe',
    { plan: 'pro' },
    tokenOf(run),
  );
  await run.arrange('POST', '/v1/sandbox/billing/complete', { sessionId });
}
