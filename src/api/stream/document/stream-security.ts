const KEY_PAIR = 'The id of a key pair, sent together with its secret key in `APCA-API-SECRET-KEY`.';
const SUBPROTOCOL =
  'For browsers: `tradewire.v1, bearer.<credential>`, an API key or an access token; the server answers `tradewire.v1`.';

/** How a credential may be sent: one of these, before the upgrade. */
export const STREAM_SECURITY = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key or an access token.' },
  apiKey: { type: 'httpApiKey', in: 'header', name: 'X-API-Key', description: 'The same.' },
  keyPair: { type: 'httpApiKey', in: 'header', name: 'APCA-API-KEY-ID', description: KEY_PAIR },
  basic: { type: 'http', scheme: 'basic', description: 'The id of a key pair, and its secret key.' },
  subprotocol: { type: 'httpApiKey', in: 'header', name: 'Sec-WebSocket-Protocol', description: SUBPROTOCOL },
} as const;

/** Where the stream is to be had. */
export function streamServers(): object {
  const server = (protocol: 'ws' | 'wss', description: string) => ({
    host: '{host}',
    protocol,
    description,
    variables: { host: { default: '127.0.0.1:8080', description: 'Where the server listens.' } },
    security: Object.keys(STREAM_SECURITY).map((name) => ({ $ref: `#/components/securitySchemes/${name}` })),
  });
  return {
    plain: server('ws', 'As it listens.'),
    encrypted: server('wss', 'Behind whatever ends TLS for it.'),
  };
}
