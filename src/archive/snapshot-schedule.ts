export interface SnapshotSettings {
  /** A snapshot is due once so many commands were applied since the last one. */
  readonly snapshotCommands: number;
  /** It is also due after this time, given at least `snapshotCommandsMin` commands. */
  readonly snapshotIntervalMs: number;
  readonly snapshotCommandsMin: number;
}

/** What is not among the limits of limits.ts. */
export const SNAPSHOT_DEFAULTS: Omit<SnapshotSettings, 'snapshotIntervalMs'> = {
  snapshotCommands: 3_000_000,
  snapshotCommandsMin: 10_000,
};

/** When the next snapshot is due. */
export class SnapshotSchedule {
  private commands = 0;
  private lastAtMs = performance.now();

  constructor(private readonly settings: SnapshotSettings) {}

  get isDue(): boolean {
    const { snapshotCommands, snapshotIntervalMs, snapshotCommandsMin } = this.settings;
    if (this.commands >= snapshotCommands) return true;
    const elapsedMs = performance.now() - this.lastAtMs;
    return elapsedMs >= snapshotIntervalMs && this.commands >= snapshotCommandsMin;
  }

  /** Counts what was applied on top of the last snapshot. */
  applied(commands: number): void {
    this.commands += commands;
  }

  /** The exchange is that of a snapshot: it was restored or written just now. */
  restart(): void {
    this.commands = 0;
    this.lastAtMs = performance.now();
  }
}
