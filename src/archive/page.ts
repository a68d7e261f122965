import type { ArchivedEvent } from './archived-event.js';
import type { PackedChunk } from './chunk-codec.js';
import type { Mark } from './mark.js';

/** A chunk on its way into the archive. */
export interface PortfolioChunk {
  readonly portfolioId: string;
  readonly chunk: PackedChunk;
  /** Those of its events that are also kept by themselves. */
  readonly lasting: readonly ArchivedEvent[];
  /** How far back the history of the portfolio reaches, in milliseconds. */
  readonly historyMs: number;
}

/** A stretch of what the journal tells, small enough to be archived in one step. */
export interface Page {
  readonly chunks: readonly PortfolioChunk[];
  /** Up to where everything is archived, once the page is. */
  readonly mark: Mark;
}
