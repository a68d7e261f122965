import type { Command } from '../exchange/command.js';
import type { Outcome } from '../exchange/outcome.js';

/** Told of the outcome of one command, once. */
export type OutcomeCallback = (outcome: Outcome) => void;

/** A command and who waits for its outcome. */
export interface Submission {
  readonly command: Command;
  readonly onOutcome: OutcomeCallback;
}

/** A batch that was handed to the journal, until it is read back. */
export interface SentBatch {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly sentAtMs: number;
  /** Null once the clients were told that they wait in vain. */
  callbacks: readonly OutcomeCallback[] | null;
  /** False while every attempt to append it was clearly refused. */
  mayBeWritten: boolean;
}
