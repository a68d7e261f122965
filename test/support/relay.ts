import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One connection through the relay, and what is done to it. */
interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  losesRequests: boolean;
  losesReplies: boolean;
}

/** The network between clients and a server on this machine, with its troubles. */
export class Relay {
  private readonly pairs = new Set<Pair>();
  private readonly server = createServer((client) => this.join(client));

  /** `upstreamPort` may change: later connections go to the new one. */
  constructor(public upstreamPort: number) {}

  static async start(upstreamPort: number): Promise<Relay> {
    const relay = new Relay(upstreamPort);
    await relay.open(0);
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Listens on a port, 0 for any. */
  async open(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Ends every connection; new ones are served. */
  cut(): void {
    for (const { client, upstream } of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** From now on nothing comes back over the present connections, which stay open. */
  loseReplies(): void {
    for (const pair of this.pairs) pair.losesReplies = true;
  }

  /** From now on nothing passes over the present connections, which stay open. */
  mute(): void {
    this.loseReplies();
    for (const pair of this.pairs) pair.losesRequests = true;
  }

  /** Ends every connection, and takes no new ones until it is opened again. */
  async close(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const upstream = connect(this.upstreamPort, '127.0.0.1');
    const pair: Pair = { client, upstream, losesRequests: false, losesReplies: false };
    this.pairs.add(pair);
    client.on('data', (bytes) => {
      if (!pair.losesRequests) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!pair.losesReplies) client.write(bytes);
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
  }
}
