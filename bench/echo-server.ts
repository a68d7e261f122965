import { App, us_listen_socket_close, us_socket_local_port } from 'uWebSockets.js';

export interface EchoServer {
  readonly port: number;
  close(): void;
}

interface EchoedRequest {
  readonly id: number;
  readonly params: Record<string, unknown>;
}

/** Fills an answer up to the fields, and so to the size, of an order. */
const ORDER = {
  orderId: '3f0f6f9e-6f0a-4c57-9f2e-5b8f4f1f7a10',
  portfolioId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  symbol: 'BTC',
  side: 'BUY',
  orderType: 'LIMIT',
  positionIntent: 'BUY_TO_OPEN',
  quantity: 0.001,
  limitPrice: 59_000,
  timeInForce: 'GTC',
  postOnly: false,
  reduceOnly: false,
  filledQuantity: 0,
  avgFillPrice: null,
  status: 'ACTIVE',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

/**
 * The yardstick: bare uWebSockets.js that parses each request as JSON and answers at once with an order of the
 * same fields, from no book and no journal. Nothing that speaks this protocol can be much faster on it.
 */
export function startEchoServer(): Promise<EchoServer> {
  return new Promise((resolve, reject) => {
    const app = App();
    app.ws('/*', {
      message: (socket, message) => {
        const request = JSON.parse(Buffer.from(message).toString()) as EchoedRequest;
        socket.send(JSON.stringify({ id: request.id, result: { order: { ...ORDER, ...request.params } } }));
      },
    });
    app.listen('127.0.0.1', 0, (listening) => {
      if (!listening) return reject(new Error('the echo server could not listen'));
      resolve({ port: us_socket_local_port(listening), close: () => us_listen_socket_close(listening) });
    });
  });
}
