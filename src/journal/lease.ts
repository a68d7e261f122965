/**
 * The right of one process at a time to do a job, such as quoting the market. It is a matter of thrift, not of
 * safety: two processes may both believe to hold it for a moment, and the job has to be harmless then.
 */
export interface Lease {
  /** False from a moment before the lease expires, by this process's own monotonic clock. */
  readonly isHeld: boolean;
}
