import { once } from 'node:events';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';

/**
 * What the system says, in words. A port that was picked by itself stays in use for a while after its server was
 * killed, if clients were connected, and nothing tells that from a port that another program has.
 */
const FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'the port is taken, or still in use by connections to a server that was killed, which end within a minute or two',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'the address is not one of this machine',
};

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
    if (wanted !== 0) throw cannotListen(host, port, 'another Tradewire has the port', error);
    return null;
  });
  if (claim === null) return claimPort(host, wanted);
  claim.unref();
  // Another group that had it may have begun to listen between the look and the claim, and ended.
  return freePort(host, port);
}

/** Takes the port exclusively for a moment, to see that nobody has it; for 0 one that is free. */
export async function freePort(host: string, wanted: number): Promise<number> {
  const server = await listening({ host, port: wanted }).catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(host, wanted, FAULTS[error.code!] ?? error.message, error);
  });
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

function cannotListen(host: string, port: number, reason: string, cause: unknown): Error {
  return new Error(`cannot listen on ${host}:${port}: ${reason}`, { cause });
}
