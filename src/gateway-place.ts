import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { StartedGateway } from './process/gateway-process.js';

/** What a gateway tells its group: that it is ready, and every second that it is not stuck. */
export type GatewayMessage = StartedGateway | 'alive';

export const BEAT_EVERY_MS = 1_000;

export interface GatewayPlaceSettings {
  /** A gateway that is silent for longer hangs, and is killed: the kernel goes on to hand it connections. */
  readonly silenceMaxMs: number;
  /** So long a process may take until its first word. */
  readonly firstWordMaxMs: number;
  /** The pause before a gateway is started again; it doubles each time up to the longest. */
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
  /** A gateway that was ready for this long and ends has had an accident; one that was not is in a crash loop. */
  readonly steadyMs: number;
}

export const GATEWAY_PLACE_DEFAULTS: GatewayPlaceSettings = {
  silenceMaxMs: 15_000,
  firstWordMaxMs: 60_000,
  firstBackoffMs: 100,
  longestBackoffMs: 5_000,
  steadyMs: 60_000,
};

/**
 * Keeps one gateway of a group running. Whenever it ends, another one is started: soon after one that had run for
 * long, and ever later after those that had not.
 */
export class GatewayPlace {
  private worker: Worker | null = null;
  private isStopping = false;
  private backoffMs: number;
  private readyAtMs: number | null = null;
  /** Counted in own ticks, not in time: after a pause of the group nobody else was silent. */
  private ticksLeft = 0;
  private relaunch: NodeJS.Timeout | null = null;
  private watch: NodeJS.Timeout | null = null;

  constructor(
    private readonly place: number,
    private readonly fork: () => Worker,
    private readonly logger: Logger,
    private readonly settings = GATEWAY_PLACE_DEFAULTS,
  ) {
    this.backoffMs = settings.firstBackoffMs;
  }

  /** Resolves when the first gateway is ready, rejects when it ends before that. */
  start(): Promise<StartedGateway> {
    this.watch = setInterval(() => this.tick(), BEAT_EVERY_MS);
    return new Promise((resolve, reject) => this.launch(resolve, reject));
  }

  /** Passes the request to stop on, and resolves when the gateway has ended; at the deadline it is killed. */
  async stop(deadlineMs: number): Promise<void> {
    this.isStopping = true;
    if (this.watch !== null) clearInterval(this.watch);
    if (this.relaunch !== null) clearTimeout(this.relaunch);
    const { worker } = this;
    if (worker === null) return;
    const ended = once(worker, 'exit');
    const killer = setTimeout(() => worker.process.kill('SIGKILL'), deadlineMs);
    worker.process.kill('SIGTERM');
    await ended;
    clearTimeout(killer);
  }

  private launch(onReady: (started: StartedGateway) => void, onFailed: (error: Error) => void): void {
    const worker = this.fork();
    this.worker = worker;
    this.readyAtMs = null;
    this.ticksLeft = this.settings.firstWordMaxMs / BEAT_EVERY_MS;
    worker.on('message', (message: GatewayMessage) => {
      this.ticksLeft = this.settings.silenceMaxMs / BEAT_EVERY_MS;
      if (message === 'alive') return;
      this.readyAtMs = performance.now();
      onReady(message);
    });
    worker.on('exit', (code, signal) => {
      this.worker = null;
      onFailed(new Error(`gateway ${this.place} ended with ${signal ?? code} before it was ready`));
      if (!this.isStopping) this.launchAgain(signal ?? code);
    });
  }

  private launchAgain(ending: string | number): void {
    const { place, readyAtMs } = this;
    const { firstBackoffMs, longestBackoffMs, steadyMs } = this.settings;
    this.logger.error({ place, ending }, 'A gateway ended; starting another one');
    if (readyAtMs !== null && performance.now() - readyAtMs > steadyMs) this.backoffMs = firstBackoffMs;
    const ignore = () => undefined;
    this.relaunch = setTimeout(() => this.launch(ignore, ignore), this.backoffMs);
    this.backoffMs = Math.min(this.backoffMs * 2, longestBackoffMs);
  }

  private tick(): void {
    if (this.worker === null || --this.ticksLeft > 0) return;
    this.logger.error({ place: this.place }, 'A gateway hangs and is killed');
    this.worker.process.kill('SIGKILL');
  }
}
