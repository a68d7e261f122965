const STREAM_PATH = '/v1/ws';

/**
 * The address of the stream from that of a server, with or without the path: `http://host:8080` and
 * `ws://host:8080/v1/ws` are the same. Throws a TypeError on what is no address.
 */
export function streamUrl(address: string, portfolioId: string | null): string {
  const url = new URL(address.replace(/^http/i, 'ws'));
  if (url.pathname === '/') url.pathname = STREAM_PATH;
  if (portfolioId !== null) url.searchParams.set('portfolioId', portfolioId);
  return url.href;
}
