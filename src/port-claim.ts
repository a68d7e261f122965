import { once } from 'node:events';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';

/**
 * Claims a port for a group of gateways, for as long as this process lives, and tells which it is: the one wanted,
 * or for 0 any that is free. Rejects when another program or another group has it.
 *
 * The gateways of a group share their port with whoever asks to, another group included, so that nothing but a look
 * at the port keeps two groups apart, and two that look at the same time see nothing. On Linux, the one system where
 * connections are spread over those who share, a name in the kernel's abstract namespace therefore stands for the
 * port: it belongs to one process, to the same network namespace as the port, and goes with the process.
 */
export async function claimPort(host: string, wanted: number): Promise<number> {
  const port = await freePort(host, wanted);
  if (process.platform !== 'linux') return port;
  const claim = await listening({ path: `\0tradewire:${host}:${port}` }).catch((error: unknown) => {
    if (wanted !== 0)
      throw new Error(`cannot listen on ${host}:${port}: the port is taken`, { cause: error });
    return null;
  });
  if (claim === null) return claimPort(host, wanted);
  claim.unref();
  // Another group that had it may have begun to listen between the look and the claim, and ended.
  return freePort(host, port);
}

/** Takes the port exclusively for a moment, to see that nobody has it. */
async function freePort(host: string, wanted: number): Promise<number> {
  const server = await listening({ host, port: wanted });
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(where: ListenOptions): Promise<Server> {
  const server = createServer((stranger) => stranger.destroy()).listen(where);
  await once(server, 'listening');
  return server;
}
