import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Target } from '../../bench/raw-client.js';

/** What a broken venue would do, so that a check can be seen to notice it. */
export type Fault = 'NONE' | 'REPEATED_ANSWER' | 'GAP_IN_EVENTS' | 'ORDER_LEFT_OPEN' | 'REFUSED_ORDER';

const API_KEY = 'test-key';
const FAULTY_ORDER = 20;

/**
 * As much of a venue as the load generators ask for, on another implementation of WebSocket than theirs, with one
 * of several faults. It keeps no book: an order is open until it is cancelled.
 */
export class FakeVenue {
  private readonly open = new Set<string>();
  private readonly events: string[] = [];
  private readonly followers = new Set<WebSocket>();
  private readonly server = createServer((request, response) => void this.onHttp(request, response));
  private readonly sockets = new WebSocketServer({
    server: this.server,
    verifyClient: ({ req }: { req: IncomingMessage }) => req.headers['x-api-key'] === API_KEY,
  });
  private seq = 0;
  private placed = 0;

  private constructor(private readonly fault: Fault) {
    this.sockets.on('connection', (socket) => this.onConnection(socket));
  }

  static async start(fault: Fault = 'NONE'): Promise<FakeVenue> {
    const venue = new FakeVenue(fault);
    venue.server.listen(0, '127.0.0.1');
    await once(venue.server, 'listening');
    return venue;
  }

  get target(): Target {
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port, apiKey: API_KEY };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private onConnection(socket: WebSocket): void {
    const data = { epoch: 'epoch-1', seq: this.seq, portfolioId: 'portfolio-1' };
    socket.send(JSON.stringify({ channel: 'session', type: 'hello', data }));
    socket.on('close', () => this.followers.delete(socket));
    socket.on('message', (text) => this.onRequest(socket, JSON.parse(text.toString())));
  }

  private onRequest(
    socket: WebSocket,
    { id, method, params }: { id: number; method: string; params: Record<string, unknown> },
  ): void {
    const answer = (result: unknown): void => socket.send(JSON.stringify({ id, result }));
    if (method === 'order.place') this.place(socket, id);
    else if (method === 'order.cancel') answer({ order: this.cancel(String(params['orderId'])) });
    else if (method === 'order.cancelAll') answer({ canceled: this.cancelAll() });
    else if (method === 'session.subscribe') {
      answer(params);
      this.follow(socket, (params['since'] as { seq: number }).seq);
    }
  }

  private place(socket: WebSocket, id: number): void {
    const isFaulty = ++this.placed === FAULTY_ORDER;
    if (isFaulty && this.fault === 'REFUSED_ORDER') {
      socket.send(JSON.stringify({ id, error: { code: 'OVERLOADED', message: 'no' } }));
      return;
    }
    const text = JSON.stringify({ id, result: { order: this.newOrder() } });
    socket.send(text);
    if (isFaulty && this.fault === 'REPEATED_ANSWER') socket.send(text);
    if (isFaulty && this.fault === 'ORDER_LEFT_OPEN') this.open.add(randomUUID());
  }

  private newOrder(): { orderId: string; status: string } {
    const orderId = randomUUID();
    this.open.add(orderId);
    this.emit({ orderId, status: 'ACTIVE' });
    return { orderId, status: 'ACTIVE' };
  }

  private cancel(orderId: string): { orderId: string; status: string } {
    this.open.delete(orderId);
    this.emit({ orderId, status: 'CANCELED' });
    return { orderId, status: 'CANCELED' };
  }

  private cancelAll(): number {
    const orderIds = [...this.open];
    for (const orderId of orderIds) this.cancel(orderId);
    return orderIds.length;
  }

  private emit(data: unknown): void {
    const prev = this.seq++;
    const frame = JSON.stringify({ channel: 'orders', seq: this.seq, prev, data });
    if (this.fault === 'GAP_IN_EVENTS' && this.seq === FAULTY_ORDER) return;
    this.events.push(frame);
    for (const follower of this.followers) follower.send(frame);
  }

  private follow(socket: WebSocket, since: number): void {
    for (const frame of this.events) if (JSON.parse(frame).seq > since) socket.send(frame);
    const data = { from: since, to: this.seq };
    socket.send(JSON.stringify({ channel: 'session', type: 'resumed', data }));
    this.followers.add(socket);
  }

  private async onHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await once(request.resume(), 'end');
    const [, , resource, id, action] = (request.url ?? '').split('/');
    let body: unknown = {};
    if (resource === 'auth') body = { token: 'token' };
    else if (action === 'cancel') body = this.cancel(id ?? '');
    else if (request.method === 'GET') body = { orderId: id, status: 'ACTIVE' };
    else if (resource === 'orders') body = this.newOrder();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }
}
