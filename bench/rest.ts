import autocannon from 'autocannon';
import { priceAt, REST_SYMBOL } from './quoted-market.js';
import type { Target } from './raw-client.js';
import { VenueSession } from './venue-session.js';

export interface RestOptions {
  readonly target: Target;
  readonly connections: number;
  readonly seconds: number;
}

export interface RestLoad {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Answers with a status other than 2xx, connection errors and timeouts. */
  readonly failed: number;
}

export interface RestResult {
  /** `POST /v1/orders` and `PUT /v1/orders/:orderId/cancel` in turn, each counted as a request. */
  readonly orders: RestLoad;
  /** `GET /v1/orders/:orderId`. */
  readonly reads: RestLoad;
}

interface PlacedOrder {
  orderId?: string;
}

/** Orders rest ten percent under the oracle's price. */
const DISTANCE = -0.1;

/**
 * Loads the REST fallback with autocannon, by the token that the API key is exchanged for. Each order is cancelled
 * by the connection that placed it, so that the book stays small.
 */
export async function benchRest(options: RestOptions): Promise<RestResult> {
  const { target } = options;
  const url = `http://${target.host}:${target.port}`;
  const headers = await signIn(url, target.apiKey);
  const { session, hello } = await VenueSession.open(target);
  session.close();
  const body = JSON.stringify({
    portfolioId: hello.portfolioId,
    symbol: REST_SYMBOL.symbol,
    assetClass: 'EQUITY',
    orderType: 'LIMIT',
    positionIntent: 'BUY_TO_OPEN',
    quantity: REST_SYMBOL.quantity,
    limitPrice: priceAt(REST_SYMBOL, DISTANCE),
    timeInForce: 'GTC',
  });
  const load = { url, headers, connections: options.connections, duration: options.seconds };
  const orders = await autocannon({ ...load, requests: placeAndCancel(body) });
  const placed = await fetch(`${url}/v1/orders`, { method: 'POST', headers, body });
  const { orderId = '' } = (await placed.json()) as PlacedOrder;
  const reads = await autocannon({ ...load, requests: [{ method: 'GET', path: `/v1/orders/${orderId}` }] });
  return { orders: summarize(orders), reads: summarize(reads) };
}

function placeAndCancel(body: string): autocannon.Request[] {
  return [
    {
      method: 'POST',
      path: '/v1/orders',
      body,
      onResponse: (_status, answer, context: PlacedOrder) => {
        context.orderId = (JSON.parse(answer) as PlacedOrder).orderId ?? '';
      },
    },
    {
      method: 'PUT',
      setupRequest: (request, context: PlacedOrder) => ({
        ...request,
        path: `/v1/orders/${context.orderId}/cancel`,
      }),
    },
  ];
}

async function signIn(url: string, apiKey: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey }),
  });
  if (!response.ok) throw new Error(`no token: ${await response.text()}`);
  const { token } = (await response.json()) as { token: string };
  return { 'content-type': 'application/json', authorization: `Bearer ${token}` };
}

function summarize(result: autocannon.Result): RestLoad {
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    maxMs: result.latency.max,
    failed: result.non2xx + result.errors + result.timeouts,
  };
}
