/**
 * Everything of the gateway that has a size, a count or a duration, and what happens beyond it. The values, with
 * the ranges outside which uWebSockets.js ends the process, are those of src/limits.ts.
 */
export interface GatewayLimits {
  /** A longer request body is answered with 413. */
  readonly bodyBytesMax: number;
  /** More of bodies at once is refused with 503. */
  readonly bodiesBytesMax: number;
  /** More of bodies of one address at once is refused with 429. */
  readonly addressBodiesBytesMax: number;
  /** A body that is not there so long after its head is answered with 408. */
  readonly bodyTimeoutMs: number;
  /** A handler that takes longer is answered for with 503. */
  readonly handlerTimeoutMs: number;
  /** A WebSocket handshake whose authentication takes longer is answered with 503. */
  readonly upgradeTimeoutMs: number;
  /** More sessions of one gateway are refused with 503. */
  readonly sessionsMax: number;
  /** One more session of a credential closes its oldest one with 4009. */
  readonly sessionsPerKeyMax: number;
  /** More sessions and handshakes from one address are refused with 429. */
  readonly sessionsPerAddressMax: number;
  /** A longer frame is answered with an error, and counts as a refused one. */
  readonly frameBytesMax: number;
  /** A frame longer than this is not even read: the socket is cut (the client sees 1006). */
  readonly frameReadBytesMax: number;
  /** Frames that wait to be handled, of all sessions; one session's may fill a sixteenth of what is free. */
  readonly framesWaitingBytesMax: number;
  /** More frames of one session in a second are refused, and count as refused ones. */
  readonly framesPerSecondMax: number;
  /** MessagePack nested deeper is refused. */
  readonly jsonDepthMax: number;
  /** A session with more waiting to be sent is closed with 4008. */
  readonly waitingBytesMax: number;
  /** With more waiting in all sessions together, those with most are closed with 4008. */
  readonly waitingTotalBytesMax: number;
  /** A session whose oldest private frame waits longer is closed with 4008. */
  readonly waitingMsMax: number;
  /** So long the close code of a session that was too slow is kept for its client; then the socket is cut. */
  readonly farewellMs: number;
  /** The time between two pings. */
  readonly heartbeatMs: number;
  /** A session that neither sends nor answers pings for so long is cut. 8 s to 960 s. */
  readonly idleTimeoutMs: number;
  /** A session with this many refused frames within `refusalWindowMs` is closed with 4003. */
  readonly refusalsMax: number;
  readonly refusalWindowMs: number;
}
