import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StreamApi } from './api/stream/stream-api.js';
import { ClockTicker } from './clock-ticker.js';
import type { Config } from './config.js';
import type { Exchange } from './exchange/exchange.js';
import { Feeds } from './gateway/channels/feeds.js';
import { CLOSE } from './gateway/close-code.js';
import type { Readiness } from './gateway/readiness.js';
import type { GatewayServer } from './gateway/server.js';
import { SessionRegistry } from './gateway/sessions.js';
import { Traffic } from './gateway/traffic.js';
import { Venue } from './gateway/venue.js';
import { gatewayServer } from './gateway-server.js';
import { type DemoUser, ensureDemoUser } from './identity/demo-user.js';
import { COMMAND_QUEUE_DEFAULTS, CommandQueue } from './journal/command-queue.js';
import { RedisJournal } from './journal/journal-redis.js';
import { REPLICA_DEFAULTS, Replica, type ReplicaStatus } from './journal/replica.js';
import { RedisSnapshotStore } from './journal/snapshot-store-redis.js';
import type { Listing } from './market/instrument-file.js';
import { ProcessIdentity } from './process-identity.js';
import { SharedRoles } from './shared-roles.js';
import { Metrics, type Readings } from './telemetry/metrics.js';
import { listInstruments, openPortfolios } from './venue-bootstrap.js';

export interface GatewayOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly port: number;
  /** True where other processes listen on the same port. */
  readonly isPortShared: boolean;
  readonly dataDirectory: string;
  readonly listings: readonly Listing[];
  readonly logger: Logger;
  /** The process must end: it cannot go on with this history. */
  readonly onFatal: (error: unknown) => void;
}

/** A gateway that serves, as `start` leaves it. */
export interface StartedGateway {
  readonly port: number;
  readonly demoUser: DemoUser | null;
}

const DRAIN_POLL_MS = 10;
const RETRY_MS = 500;

/** One gateway: its copy of the exchange, its clients, and its part in the roles that one process has. */
export class GatewayProcess {
  private readonly journal: RedisJournal;
  private readonly snapshots: RedisSnapshotStore;
  private readonly queue: CommandQueue;
  private readonly feeds: Feeds;
  private readonly replica: Replica;
  private readonly venue: Venue;
  private readonly sessions: SessionRegistry;
  private readonly stream: StreamApi;
  private readonly metrics: Metrics;
  private readonly identity: ProcessIdentity;
  private readonly roles: SharedRoles;
  private readonly clock: ClockTicker;
  private readonly following: Promise<void>;
  private server: GatewayServer | null = null;
  private demoUser: DemoUser | null = null;
  /** The exchange that was last set up with instruments and the demo user. */
  private preparedExchange: Exchange | null = null;
  private isPreparing = false;
  private isDraining = false;
  private whenPrepared: (() => void) | null = null;

  constructor(private readonly options: GatewayOptions) {
    const { config, redisUrl, logger } = options;
    const { limits } = config;
    this.journal = new RedisJournal(redisUrl, config.venue, logger);
    this.snapshots = new RedisSnapshotStore(redisUrl, config.venue, logger);
    this.queue = new CommandQueue(this.journal, { ...COMMAND_QUEUE_DEFAULTS, ...limits }, logger, (tookMs) =>
      this.metrics.appendSeconds.observe(tookMs / 1_000),
    );
    this.feeds = new Feeds({ ...limits, bookIntervalMs: config.bookIntervalMs });
    this.sessions = new SessionRegistry(limits, new Traffic());
    this.replica = new Replica(
      this.journal,
      this.snapshots,
      this.queue,
      this.feeds,
      {
        onReset: (exchange) => this.onReset(exchange),
        onTurn: () => this.onTurn(),
        onStatus: (status) => this.onStatus(status),
      },
      REPLICA_DEFAULTS,
      logger,
    );
    this.metrics = new Metrics(this.sessions.traffic, this.readings());
    this.venue = new Venue(this.replica, this.queue, this.feeds);
    this.stream = new StreamApi(this.venue, limits, logger);
    this.identity = new ProcessIdentity(options, () => this.venue.now());
    this.roles = new SharedRoles(options, this.venue, this.replica, randomUUID());
    this.clock = new ClockTicker(this.venue);
    this.following = this.replica.run();
    this.following.catch(options.onFatal);
  }

  /** Resolves once this gateway has caught up with the journal, the venue is set up, and it listens. */
  async start(): Promise<StartedGateway> {
    await this.identity.start((keyId) => this.closeSessionsOf(keyId));
    if (this.preparedExchange === null) await new Promise<void>((resolve) => (this.whenPrepared = resolve));
    this.server = await gatewayServer(this.options, {
      venue: this.venue,
      metrics: this.metrics,
      sessions: this.sessions,
      stream: this.stream,
      identity: this.identity,
      readiness: () => this.readiness(),
    });
    const port = await this.server.listen();
    this.roles.start();
    this.clock.start();
    return { port, demoUser: this.demoUser };
  }

  /**
   * Drains: clients are told, requests in flight are answered, sessions close, what they asked for on a
   * disconnect is done, and only then the journal is left.
   */
  async stop(): Promise<void> {
    const { drainTimeoutMs } = this.options.config.limits;
    this.isDraining = true;
    this.stream.drain(new Date(this.venue.now() + drainTimeoutMs));
    this.clock.stop();
    await this.roles.stop();
    const until = performance.now() + drainTimeoutMs;
    while (this.queue.waiting > 0 && performance.now() < until) await delay(DRAIN_POLL_MS);
    await this.server?.stop(Math.max(0, until - performance.now()));
    this.stream.stop();
    await Promise.race([this.queue.drain(), delay(Math.max(DRAIN_POLL_MS, until - performance.now()))]);
    this.feeds.stop();
    this.replica.stop();
    this.journal.close();
    this.snapshots.close();
    this.identity.stop();
    await this.following.catch(() => undefined);
  }

  private readings(): Readings {
    return {
      sessions: () => this.sessions.size,
      commandsWaiting: () => this.queue.waiting,
      openOrders: () => this.replica.exchange.state.openOrders.size,
      journalPosition: () => this.replica.exchange.position,
      commandsApplied: () => this.replica.commandsApplied,
    };
  }

  private readiness(): Readiness {
    if (this.isDraining) return { status: 'draining', reason: 'This gateway is stopping' };
    const { state, reason } = this.replica.status;
    if (state === 'UNAVAILABLE') return { status: 'degraded', reason };
    if (state !== 'READY') return { status: 'starting', reason };
    if (this.queue.isStuck) return { status: 'degraded', reason: 'Redis does not confirm what is appended' };
    const isPrepared = this.preparedExchange === this.replica.exchange;
    return isPrepared
      ? { status: 'ready', reason: null }
      : { status: 'starting', reason: 'The venue is being set up' };
  }

  private onReset(exchange: Exchange): void {
    this.feeds.reset(exchange);
    this.sessions.closeWhere(() => true, CLOSE.RESTARTING, 'the exchange was rebuilt');
  }

  private onTurn(): void {
    this.feeds.flush();
    this.sessions.flushAll();
  }

  private onStatus({ state, reason }: ReplicaStatus): void {
    this.options.logger.info({ state, reason }, 'The replica’s state changed');
    if (state === 'READY') void this.prepareUntilDone();
  }

  /** Redis may be away again while the venue is set up; then it is tried again, as long as it is ready. */
  private async prepareUntilDone(): Promise<void> {
    while (this.replica.status.state === 'READY' && !this.isDraining) {
      try {
        return await this.prepare();
      } catch (error) {
        this.options.logger.warn({ err: error }, 'The venue was not set up; trying again');
        await delay(RETRY_MS);
      }
    }
  }

  /** Sets up what a venue needs to be traded on; after a lost history, once more. */
  private async prepare(): Promise<void> {
    const { exchange } = this.replica;
    if (this.isPreparing || this.preparedExchange === exchange) return;
    this.isPreparing = true;
    try {
      await this.setUpVenue();
    } finally {
      this.isPreparing = false;
    }
    if (this.replica.exchange !== exchange) return this.prepare();
    this.preparedExchange = exchange;
    this.whenPrepared?.();
  }

  private async setUpVenue(): Promise<void> {
    const { config, listings, logger } = this.options;
    const instruments = listings.map(({ instrument }) => instrument);
    await listInstruments(this.venue, instruments, logger);
    await this.prepareDemoUser(config);
  }

  private async prepareDemoUser(config: Config): Promise<void> {
    if (config.nodeEnv === 'production' && config.demoKey === null) return;
    const now = () => this.venue.now();
    const { dataDirectory } = this.options;
    this.demoUser = await ensureDemoUser(this.identity.credentials, config.demoKey, dataDirectory, now);
    if (this.demoUser !== null) await openPortfolios(this.venue, this.demoUser.user, config.demoPlan);
  }

  private closeSessionsOf(keyId: string): void {
    this.sessions.closeWhere(
      ({ principal }) => principal.keyId === keyId,
      CLOSE.CREDENTIAL_REVOKED,
      'the credential was revoked',
    );
  }
}
