import { parseArgs } from 'node:util';

/** How much one run of the bench does. */
export interface Sizes {
  /** Measured time of one load; a fourth of it more is warm-up. */
  readonly seconds: number;
  /** How often each variant of an alternating comparison runs. */
  readonly rounds: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly ratesPerSecond: readonly number[];
  readonly appends: number;
  readonly bookOperations: number;
  readonly replayCommands: number;
  /** Portfolios with a position at a full hour. */
  readonly fundedAccounts: number;
  readonly fsync: 'always' | 'everysec';
}

const FULL: Omit<Sizes, 'fsync'> = {
  seconds: 4,
  rounds: 4,
  connections: 8,
  inFlight: 64,
  ratesPerSecond: [1_000, 5_000, 10_000, 20_000],
  appends: 5_000,
  bookOperations: 2_000_000,
  replayCommands: 500_000,
  fundedAccounts: 10_000,
};

const SMALL: Omit<Sizes, 'fsync'> = {
  seconds: 0.5,
  rounds: 2,
  connections: 2,
  inFlight: 16,
  ratesPerSecond: [500],
  appends: 200,
  bookOperations: 100_000,
  replayCommands: 20_000,
  fundedAccounts: 2_000,
};

/** Reads `--small`, `--seconds` and `--fsync`. Throws on anything else. */
export function readSizes(parameters: readonly string[]): Sizes {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      small: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      fsync: { type: 'string', default: 'always' },
    },
  });
  const base = values.small ? SMALL : FULL;
  const seconds = values.seconds === undefined ? base.seconds : Number(values.seconds);
  if (!(seconds > 0 && seconds <= 600)) throw new Error('--seconds must be a number up to 600');
  if (values.fsync !== 'always' && values.fsync !== 'everysec') {
    throw new Error('--fsync must be always or everysec');
  }
  return { ...base, seconds, fsync: values.fsync };
}
