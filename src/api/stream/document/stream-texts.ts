import { CLOSE } from '../../../gateway/sessions/close-code.js';

const CLOSINGS: Readonly<Record<keyof typeof CLOSE, string>> = {
  FAILED: 'the server failed; connect again, with `since`, after a growing, random pause',
  RESTARTING: 'the server restarts, or had to rebuild the exchange; connect again at once, with `since`',
  CREDENTIAL_REVOKED: 'the credential was revoked or has expired; do not connect again',
  TOO_MANY_REFUSED_FRAMES: 'too many frames were invalid or refused; connect again after a pause',
  TOO_SLOW: 'you read too slowly; connect again, with `since`',
  REPLACED: 'a newer session of your key has taken the place of this one; do not connect again',
};

/** What the protocol is, and how a session ends. */
export const STREAM_DESCRIPTION = [
  'One WebSocket over which a bot places orders, and receives its private events and the public market data.',
  'Frames are JSON text, or MessagePack with the same content in binary frames where the client asks for the ' +
    'subprotocol `tradewire.v1.msgpack`. Frames to the client may gain fields: ignore those that you do not know.',
  'The channels without a path as their address are had over the WebSocket: `session.subscribe` takes their addresses. ' +
    'The frames of the private ones, and of the session, are also the data of the server-sent events of `GET /v1/events`.',
  'A handshake that is refused is answered by HTTP: 401 (the credential is missing, unknown, revoked or expired), 403 (the ' +
    'portfolio is another user’s, the origin is not allowed, or the subscription is over), 429 (too many connections) or ' +
    '503 (not ready, or full; try again), with `{statusCode, message}`.',
  `The server closes with these codes:\n\n${closings()}`,
].join('\n\n');

function closings(): string {
  const names = Object.keys(CLOSE) as (keyof typeof CLOSE)[];
  return names.map((name) => `- ${CLOSE[name]}: ${CLOSINGS[name]}`).join('\n');
}
