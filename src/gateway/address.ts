/**
 * The client's address as limits count it: IPv4 in dots, also when it came over a dual-stack socket; IPv6 as
 * its /64, because one subscriber owns that many addresses. Behind a trusted proxy it is the entry the proxy
 * itself appended to X-Forwarded-For, the last one: those before it are the client's own claim.
 */
export function clientAddress(socketAddress: string, forwardedFor: string, trustProxy: boolean): string {
  const forwarded = trustProxy ? withoutPort(forwardedFor.split(',').at(-1)!.trim()) : '';
  return normalised(forwarded === '' ? socketAddress : forwarded);
}

/** Some proxies write the client's port as well: `192.0.2.1:4321`, `[2001:db8::1]:4321`. */
function withoutPort(address: string): string {
  return /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/.exec(address)?.slice(1).find(Boolean) ?? address;
}

function normalised(address: string): string {
  if (!address.includes(':')) return address;
  const groups = expanded(address.toLowerCase());
  if (groups.length !== 8) return address;
  const isMappedV4 = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  if (isMappedV4) return [groups[6]!, groups[7]!].flatMap(bytesOfGroup).join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups without leading zeros; another number of them when it is no IPv6 address. */
function expanded(address: string): string[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
  const text = dotted ? `${dotted[1]}${hex(dotted[2]!, dotted[3]!)}:${hex(dotted[4]!, dotted[5]!)}` : address;
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  if (zeros < 0) return [];
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => group.replace(/^0+(?=.)/, ''));
}

function bytesOfGroup(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
