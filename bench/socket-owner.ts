import { readdir, readFile, readlink } from 'node:fs/promises';

/** The process that has the end at `localPort` of a connection from `remotePort`, by Linux's `/proc`; null if none has. */
export async function socketOwner(localPort: number, remotePort: number): Promise<number | null> {
  const inode = await socketInode(localPort, remotePort);
  if (inode === null) return null;
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && (await holds(pid, `socket:[${inode}]`))) return pid;
  }
  return null;
}

/** A line of the table: number, local address, remote address, state, three fields, owner, timeout, inode. */
async function socketInode(localPort: number, remotePort: number): Promise<string | null> {
  for (const line of (await readFile('/proc/net/tcp', 'latin1')).split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (portOf(fields[1]) === localPort && portOf(fields[2]) === remotePort) return fields[9] ?? null;
  }
  return null;
}

/** The port of an address as the table writes it: both in hexadecimal. */
function portOf(address = ''): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

/** False of a process that has ended, or is another user's. */
async function holds(pid: number, socket: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const links = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')));
  return links.includes(socket);
}
