import { ENGINE_VERSION } from '../exchange/codec/batch.js';

/** What Redis holds was written by another version of the exchange; applying it would give another state. */
export class ForeignEngineVersion extends Error {
  override readonly name = 'ForeignEngineVersion';

  /** @param what names the entry or the snapshot. */
  constructor(
    what: string,
    readonly written: number,
  ) {
    super(
      `${what} was written by engine version ${written}, and this is engine version ${ENGINE_VERSION}. ` +
        `Run the Tradewire release with engine version ${written}, or choose another VENUE to start afresh.`,
    );
  }
}
