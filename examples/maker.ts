// A simple market maker, written against docs/protocol.md alone: it keeps a bid and an ask around the middle of
// the book, reports its fills, and after a lost connection resumes at the very event where it stopped.
//
//   node dist/examples/maker.js <api key> [symbol] [url]
import WebSocket from 'ws';

const [apiKey = '', symbol = 'BTC', url = 'ws://127.0.0.1:8080/v1/ws'] = process.argv.slice(2);
const SIDES = { BUY: -1, SELL: 1 } as const;
const HALF_SPREAD = 0.0002;
const NOTIONAL = 500;

interface Frame {
  readonly channel?: string;
  readonly type?: string;
  readonly seq?: number;
  readonly data?: Record<string, number & string>;
  readonly error?: { readonly code: string };
}

/** What the maker knows: the position in its private events, and its present quotes. */
const run = Date.now().toString(36);
let since: { epoch: string; seq: number } | null = null;
const quotes = { BUY: { id: '', price: 0 }, SELL: { id: '', price: 0 } };
let lastId = 0;

function requote(middle: number, send: (method: string, params: object) => void): void {
  for (const side of ['BUY', 'SELL'] as const) {
    const quote = quotes[side];
    const price = Number((middle * (1 + SIDES[side] * HALF_SPREAD)).toPrecision(5));
    if (Math.abs(price - quote.price) < middle * (HALF_SPREAD / 4)) continue;
    if (quote.id !== '') send('order.cancel', { clientOrderId: quote.id });
    quotes[side] = { id: `${run}-${++lastId}`, price };
    const quantity = Number((NOTIONAL / middle).toPrecision(2));
    const terms = { symbol, side, orderType: 'LIMIT', timeInForce: 'GTC', postOnly: true };
    send('order.place', { ...terms, quantity, limitPrice: price, clientOrderId: quotes[side].id });
  }
}

function connect(): void {
  const socket = new WebSocket(url, { headers: { 'X-API-Key': apiKey } });
  const send = (method: string, params: object) =>
    socket.send(JSON.stringify({ id: ++lastId, method, params }));
  socket.on('message', (text) => {
    const { channel = '', type, seq, data = {}, error } = JSON.parse(String(text)) as Frame;
    if (type === 'hello') {
      // A position of another epoch belongs to a history that is gone: then the maker starts anew.
      const isSameHistory = since !== null && since.epoch === data['epoch'];
      send('session.subscribe', { channels: ['fills'], ...(isSameHistory && { since }) });
      send('session.subscribe', { channels: [`ticker:${symbol}`] });
      send('session.cancelOnDisconnect', { enabled: true, graceMs: 5_000 });
      since = isSameHistory ? since : { epoch: String(data['epoch']), seq: Number(data['seq']) };
    } else if (channel === 'fills' && seq !== undefined && since !== null) {
      since.seq = seq;
      console.log(
        `${data['side']} ${data['quantity']} ${symbol} at ${data['price']}, now ${data['positionAfter']}`,
      );
    } else if (channel === `ticker:${symbol}` && data['bid'] && data['ask']) {
      requote((data['bid'] + data['ask']) / 2, send);
    } else if (error !== undefined) console.error(error.code);
  });
  socket.on('close', () => setTimeout(connect, 1_000 * (0.5 + Math.random())));
  socket.on('error', (error) => console.error(error.message));
}

connect();
