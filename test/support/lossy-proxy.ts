import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy before a unix socket. Armed, it forwards the next request that contains a given text, swallows the
 * reply, and cuts that connection: the client cannot know whether its request was carried out.
 */
export class LossyProxy {
  /** How many replies were swallowed. */
  lost = 0;
  /** While it is, no reply comes back, over connections that stay open. */
  isMute = false;
  private armedFor: string | null = null;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly upstreamPath: string,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async start(upstreamPath: string): Promise<LossyProxy> {
    const server = createServer();
    const proxy = new LossyProxy(server, upstreamPath);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  loseReplyTo(text: string): void {
    this.armedFor = text;
  }

  /** Cuts every connection; new ones are served. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const upstream = createConnection(this.upstreamPath);
    let isSwallowing = false;
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (request) => {
      if (this.armedFor !== null && request.includes(this.armedFor)) {
        this.armedFor = null;
        isSwallowing = true;
      }
      upstream.write(request);
    });
    upstream.on('data', (reply) => {
      if (this.isMute) return;
      if (!isSwallowing) {
        client.write(reply);
        return;
      }
      this.lost++;
      client.destroy();
    });
  }
}
