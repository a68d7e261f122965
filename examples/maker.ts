// A simple market maker: it keeps a bid and an ask around the mark price, and reports its fills. The client
// reconnects and resumes for it, so a restart of the server costs it no fill.
//
//   node dist/examples/maker.js <api key> [symbol] [url]
import { connect, isError, type PrivateEvent, type Side, TradewireError } from 'tradewire-client';

const [key = '', symbol = 'BTC', url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
if (key === '') {
  console.error('usage: node dist/examples/maker.js <api key> [symbol] [url]');
  process.exit(1);
}
const SIDES = { BUY: -1, SELL: 1 } as const;
const HALF_SPREAD = 0.0001;
const NOTIONAL = 500;
const NO_QUOTE = { id: '', price: 0 };

const run = Date.now().toString(36);
const client = connect({ url, key, waitsForRateLimit: true });
const ticker = client.ticker(symbol);
const quotes = { BUY: NO_QUOTE, SELL: NO_QUOTE };
let lastId = 0;
/** What is done now: one thing at a time, so that no quote is placed beside one that is being taken away. */
let turn = Promise.resolve();
let hasBegun = false;

function inTurn(task: () => Promise<void>): Promise<void> {
  turn = turn.then(task);
  return turn;
}

async function quote(side: Side, mark: number): Promise<void> {
  const old = quotes[side];
  const limitPrice = Number((mark * (1 + SIDES[side] * HALF_SPREAD)).toPrecision(5));
  if (Math.abs(limitPrice - old.price) < mark * (HALF_SPREAD / 2)) return;
  const clientOrderId = `${run}-${++lastId}`;
  const quantity = Number((NOTIONAL / mark).toPrecision(2));
  console.log(`quoting ${side} ${quantity} ${symbol} at ${limitPrice}`);
  const terms = { symbol, side, orderType: 'LIMIT', timeInForce: 'GTC', postOnly: true } as const;
  try {
    if (old.id !== '') await takeAway(old.id);
    // The id is known before the order is placed, since its first events come before the answer.
    quotes[side] = { id: clientOrderId, price: limitPrice };
    await client.placeOrder({ ...terms, quantity, limitPrice, clientOrderId });
  } catch (error) {
    // A quote that may be there is kept, to be taken away before the next one.
    const isThere = isError(error, 'UNKNOWN_OUTCOME');
    if (quotes[side].id === clientOrderId && !isThere) quotes[side] = NO_QUOTE;
    complain(error);
  }
}

/** A quote that is gone already is as good as one that was cancelled; any other failure leaves it where it is. */
async function takeAway(clientOrderId: string): Promise<void> {
  try {
    await client.cancelOrder({ clientOrderId });
  } catch (error) {
    if (!isError(error, 'ORDER_NOT_FOUND') && !isError(error, 'ORDER_NOT_OPEN')) throw error;
  }
}

async function requote(): Promise<void> {
  const mark = ticker.latest?.mark;
  if (hasBegun && mark) await Promise.all([quote('BUY', mark), quote('SELL', mark)]);
}

/** Takes away whatever there is: quotes of an earlier run, or of a history that could not be followed. */
async function beginAnew(): Promise<void> {
  await client.cancelAll(symbol);
  quotes.BUY = quotes.SELL = NO_QUOTE;
  hasBegun = true;
}

async function followTicker(): Promise<void> {
  for await (const _ of ticker) await inTurn(requote);
}

async function followEvents(): Promise<void> {
  for await (const item of client.events()) {
    if (item.type === 'GAP') console.error('fills may be missing: the server could not resume');
    else if (item.type === 'SNAPSHOT') await inTurn(beginAnew);
    else follow(item);
    await inTurn(requote);
  }
}

/** Forgets quotes that are gone, for whatever reason, so that they are made anew, and tells of fills. */
function follow(event: PrivateEvent): void {
  if (event.channel === 'orders') {
    const { clientOrderId, side, status } = event.data;
    if (status !== 'ACTIVE' && quotes[side].id === clientOrderId) quotes[side] = NO_QUOTE;
  } else if (event.channel === 'fills') {
    const { side, quantity, price, positionAfter } = event.data;
    console.log(`filled ${side} ${quantity} ${symbol} at ${price}, now ${positionAfter}`);
  }
}

function complain(error: unknown): void {
  if (!(error instanceof TradewireError)) throw error;
  console.error(error.message, error.details ?? '');
}

client.onStatus((status) => {
  if (status.state === 'DISCONNECTED') console.error(`lost the connection (${status.code}), coming back`);
});
try {
  await client.cancelOnDisconnect({ enabled: true, graceMs: 5_000 });
  await Promise.all([followTicker(), followEvents()]);
} catch (error) {
  complain(error);
  process.exitCode = 1;
  client.close();
}
