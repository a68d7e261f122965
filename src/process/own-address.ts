import type { Config } from '../config.js';

type Place = Pick<Config, 'publicUrl' | 'host'>;

/** Hosts at which this very machine reaches a server, whichever of its names somebody types. */
const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];
const REACHED_LOCALLY = new Set([...LOCAL_HOSTS, '0.0.0.0', '[::]']);

/** Where clients reach a server that listens on `port`; links begin here. */
export function ownUrl({ publicUrl, host }: Place, port: number): string {
  return publicUrl ?? `http://${hostText(host)}:${port}`;
}

/** What browsers call the pages of this server itself, reached as the public or as it listens. */
export function ownOrigins({ publicUrl, host }: Place, port: number): readonly string[] {
  const listening = hostText(host);
  const hosts = REACHED_LOCALLY.has(listening) ? [listening, ...LOCAL_HOSTS] : [listening];
  const urls = [...hosts.map((name) => `http://${name}:${port}`), ...(publicUrl === null ? [] : [publicUrl])];
  return urls.map((url) => new URL(url).origin);
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
