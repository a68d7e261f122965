// A simple market maker, written against docs/protocol.md alone: it keeps a bid and an ask around the mark
// price, reports its fills, and after a lost connection resumes at the very event where it stopped.
//
//   node dist/examples/maker.js <api key> [symbol] [url]
import WebSocket from 'ws';

const [apiKey = '', symbol = 'BTC', url = 'ws://127.0.0.1:8080/v1/ws'] = process.argv.slice(2);
const SIDES = { BUY: -1, SELL: 1 } as const;
const HALF_SPREAD = 0.0001;
const NOTIONAL = 500;
const NO_QUOTE = { id: '', price: 0 };

interface Frame {
  readonly channel?: string;
  readonly type?: string;
  readonly seq?: number;
  readonly data?: Record<string, number & string>;
  readonly error?: { readonly code: string };
}

/** What the maker knows: the position in its private events, and its present quotes. */
const run = Date.now().toString(36);
let since = { epoch: '', seq: 0 };
const quotes = { BUY: NO_QUOTE, SELL: NO_QUOTE };
let lastId = 0;

function requote(mark: number, send: (method: string, params: object) => void): void {
  for (const side of ['BUY', 'SELL'] as const) {
    const quote = quotes[side];
    const price = Number((mark * (1 + SIDES[side] * HALF_SPREAD)).toPrecision(5));
    if (Math.abs(price - quote.price) < mark * (HALF_SPREAD / 2)) continue;
    if (quote.id !== '') send('order.cancel', { clientOrderId: quote.id });
    quotes[side] = { id: `${run}-${++lastId}`, price };
    const quantity = Number((NOTIONAL / mark).toPrecision(2));
    console.log(`quoting ${side} ${quantity} ${symbol} at ${price}`);
    const terms = { symbol, side, orderType: 'LIMIT', timeInForce: 'GTC', postOnly: true };
    send('order.place', { ...terms, quantity, limitPrice: price, clientOrderId: quotes[side].id });
  }
}

function connect(): void {
  const socket = new WebSocket(url, { headers: { 'X-API-Key': apiKey } });
  let isUnwelcome = false;
  const send = (method: string, params: object) =>
    socket.send(JSON.stringify({ id: ++lastId, method, params }));
  socket.on('message', (text) => {
    const { channel = '', type, seq, data = {}, error } = JSON.parse(String(text)) as Frame;
    if (type === 'hello') {
      // A position of another epoch belongs to a history that is gone: then the maker starts anew.
      if (since.epoch !== data['epoch']) since = { epoch: data['epoch']!, seq: data['seq']! };
      send('session.subscribe', { channels: ['fills'], since });
      send('session.subscribe', { channels: [`ticker:${symbol}`] });
      send('session.cancelOnDisconnect', { enabled: true, graceMs: 5_000 });
      // Which quotes outlived the pause is not worth asking: they are all made anew.
      send('order.cancelAll', { symbol });
      quotes.BUY = quotes.SELL = NO_QUOTE;
    } else if (type === 'heartbeat') {
      since.seq = data['seq']!;
    } else if (channel === 'fills' && seq !== undefined) {
      since.seq = seq;
      console.log(
        `filled ${data['side']} ${data['quantity']} ${symbol} at ${data['price']}, now ${data['positionAfter']}`,
      );
    } else if (channel === `ticker:${symbol}` && data['mark']) {
      requote(data['mark'], send);
    } else if (error !== undefined) {
      console.error(error.code);
      // The fills that were missed are gone; the later ones are not.
      if (error.code === 'RESUME_UNAVAILABLE') send('session.subscribe', { channels: ['fills'] });
    }
  });
  socket.on('close', (code) => {
    if (!isUnwelcome && code !== 4001) setTimeout(connect, 1_000 * (0.5 + Math.random()));
  });
  socket.on('error', ({ message }) => {
    isUnwelcome = /\b40[13]$/.test(message);
    console.error(message);
  });
}

connect();
