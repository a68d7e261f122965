import { once } from 'node:events';
import { createServer } from 'node:net';
import { WebSocket } from 'ws';

/** A way to have another Node process collect its garbage, so that its memory tells what it needs. */
export class GarbageCollection {
  private constructor(private readonly port: number) {}

  static async prepare(): Promise<GarbageCollection> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new Error('there is no free port');
    return new GarbageCollection(address.port);
  }

  /** What the process is to be started with. */
  get settings(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--inspect=127.0.0.1:${this.port}` };
  }

  /** Collects all garbage, by Node's inspector. */
  async collect(): Promise<void> {
    const listing = await fetch(`http://127.0.0.1:${this.port}/json/list`);
    const [inspected] = (await listing.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(inspected!.webSocketDebuggerUrl);
    await once(socket, 'open');
    const collected = once(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
    await collected;
    socket.terminate();
  }
}
