import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Lease } from '../journal/lease.js';
import type { ArchiveOrder } from './archive-worker.js';

const LOOK_EVERY_MS = 100;
/** A process that was just started has better things to do first; one that takes over begins at once. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** A worker that lasted so long has not died of its beginning. */
const PROVEN_AFTER_MS = 60_000;
/** How long a worker may take to end before it is cut off. */
const END_TIMEOUT_MS = 1_000;

/** Has the archive written in a worker thread, while this process holds the lease. */
export class ArchiveKeeper {
  private timer: NodeJS.Timeout | null = null;
  private worker: Worker | null = null;
  /** Before this none is started. */
  private readyAtMs = 0;
  private startedAtMs = 0;
  /** When a worker may be started; null while another process has the lease. */
  private dueAtMs: number | null = null;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(
    private readonly order: ArchiveOrder,
    private readonly lease: Lease,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.readyAtMs = performance.now() + FIRST_PAUSE_MS;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Ends the worker once it is done with the page that it writes. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    const { worker } = this;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('stop');
    await Promise.race([ended, delay(END_TIMEOUT_MS)]);
    await worker.terminate();
  }

  private look(): void {
    const nowMs = performance.now();
    if (!this.lease.isHeld) {
      this.dueAtMs = null;
      this.pauseMs = FIRST_PAUSE_MS;
      void this.worker?.terminate();
      return;
    }
    this.dueAtMs ??= Math.max(nowMs, this.readyAtMs);
    if (this.worker === null && nowMs >= this.dueAtMs) this.launch();
  }

  private launch(): void {
    const worker = new Worker(new URL('./archive-worker.js', import.meta.url), { workerData: this.order });
    this.worker = worker;
    this.startedAtMs = performance.now();
    worker.on('error', (error) => this.logger.error({ err: error }, 'The archive’s worker has failed'));
    worker.on('exit', () => this.onEnd());
  }

  /** The next one is started later, and ever later after those that did not last. */
  private onEnd(): void {
    const nowMs = performance.now();
    const isProven = nowMs - this.startedAtMs >= PROVEN_AFTER_MS;
    this.worker = null;
    this.pauseMs = isProven ? FIRST_PAUSE_MS : Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
    this.dueAtMs = nowMs + this.pauseMs;
  }
}
