/** Why the server closes a session, and what the client should do: see docs/protocol.md. */
export const CLOSE = {
  FAILED: 1011,
  RESTARTING: 1012,
  CREDENTIAL_REVOKED: 4001,
  TOO_MANY_REFUSED_FRAMES: 4003,
  TOO_SLOW: 4008,
  REPLACED: 4009,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];
