/** What a command queue takes, and for how long it waits. The values are those of src/limits.ts. */
export interface CommandQueueSettings {
  /** How many commands may wait for their outcome; more are refused as `OVERLOADED`. */
  readonly commandsMax: number;
  /** How many cancels may wait on top of that, so that a flood of orders cannot keep a client in the market. */
  readonly cancelReserve: number;
  readonly batchCommandsMax: number;
  /** A batch stays below both, unless it is a single command, or a single charge with what it guards. */
  readonly batchBytesMax: number;
  /**
   * An append that did not succeed for this long, be it without an answer or refused, is stuck: new commands are
   * refused as `UNAVAILABLE` until it is settled. Until then they wait, since most reconnects are shorter.
   */
  readonly stuckAfterMs: number;
  /** A client that waited this long is told `UNKNOWN_OUTCOME`. */
  readonly outcomeTimeoutMs: number;
}
