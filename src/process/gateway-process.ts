import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Readiness } from '../api/operations/operations-routes.js';
import { StreamApi } from '../api/stream/stream-api.js';
import type { Config } from '../config.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Millis } from '../exchange/units.js';
import { AddressLimits } from '../gateway/address-limits.js';
import { Feeds } from '../gateway/channels/feeds.js';
import { PrivateHistory } from '../gateway/channels/private-history.js';
import { RequestLimits } from '../gateway/charging/request-limits.js';
import { RefusedCursors } from '../gateway/refused-cursors.js';
import type { GatewayServer } from '../gateway/server.js';
import { CLOSE } from '../gateway/sessions/close-code.js';
import { Departures } from '../gateway/sessions/departures.js';
import { SessionRegistry } from '../gateway/sessions/sessions.js';
import { Traffic } from '../gateway/traffic.js';
import { Venue } from '../gateway/venue.js';
import type { DemoUser } from '../identity/credentials/demo-user.js';
import { CommandQueue } from '../journal/command-queue.js';
import { RedisJournal } from '../journal/journal-redis.js';
import { REPLICA_DEFAULTS, Replica, type ReplicaStatus } from '../journal/replica.js';
import { RedisSnapshotStore } from '../journal/snapshot-store-redis.js';
import type { Listing } from '../market/instrument-file.js';
import type { PredictionListing } from '../market/prediction-calendar.js';
import { Metrics, type Readings } from '../telemetry/metrics.js';
import { ClockTicker } from './clock-ticker.js';
import { GatewayArchive } from './gateway-archive.js';
import { GatewayWatch } from './gateway-watch.js';
import { ownUrl } from './own-address.js';
import { PredictionLister } from './prediction-lister.js';
import { ProcessBilling } from './process-billing.js';
import { ProcessDoors } from './process-doors.js';
import { ProcessIdentity } from './process-identity.js';
import { gatewayServer } from './server-wiring.js';
import { SharedRoles } from './shared-roles.js';
import { VenueBootstrap } from './venue-bootstrap.js';

export interface GatewayOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly port: number;
  /** True where other processes listen on the same port. */
  readonly isPortShared: boolean;
  readonly dataDirectory: string;
  readonly listings: readonly Listing[];
  readonly predictions: readonly PredictionListing[];
  readonly logger: Logger;
  /** Redis has kept the start waiting for some seconds; the reason is for people. */
  readonly onDelay: (reason: string) => void;
  /** The process must end: it cannot go on with this history. */
  readonly onFatal: (error: unknown) => void;
}

/** A gateway that serves, as `start` leaves it. */
export interface StartedGateway {
  readonly port: number;
  readonly demoUser: DemoUser | null;
}

const DRAIN_POLL_MS = 10;
/** Over this part of the drain time many sessions leave one after another. */
const SPREAD_SHARE = 0.5;
/** Kept at the end of the drain time to leave the journal and Redis. */
const FINISH_MS = 500;

/** One gateway: its copy of the exchange, its clients, and its part in the roles that one process has. */
export class GatewayProcess {
  private readonly journal: RedisJournal;
  private readonly snapshots: RedisSnapshotStore;
  private readonly queue: CommandQueue;
  private readonly archive: GatewayArchive;
  private readonly feeds: Feeds;
  private readonly replica: Replica;
  private readonly venue: Venue;
  private readonly sessions: SessionRegistry;
  private readonly history: PrivateHistory;
  private readonly requests: RequestLimits;
  private readonly addresses: AddressLimits;
  private readonly stream: StreamApi;
  private readonly metrics: Metrics;
  private readonly identity: ProcessIdentity;
  private readonly billing: ProcessBilling;
  private readonly bootstrap: VenueBootstrap;
  private readonly roles: SharedRoles;
  private readonly clock: ClockTicker;
  private readonly watch: GatewayWatch;
  private readonly lister: PredictionLister;
  private readonly following: Promise<void>;
  private doors: ProcessDoors | null = null;
  private server: GatewayServer | null = null;
  private isDraining = false;

  constructor(private readonly options: GatewayOptions) {
    const { config, redisUrl, logger } = options;
    const { limits } = config;
    this.journal = new RedisJournal(redisUrl, config.venue, logger);
    this.snapshots = new RedisSnapshotStore(redisUrl, config.venue, logger);
    this.queue = new CommandQueue(this.journal, limits, logger, (tookMs) =>
      this.metrics.appendSeconds.observe(tookMs / 1_000),
    );
    const holder = randomUUID();
    this.archive = new GatewayArchive(options, holder, () => this.replica.entryId);
    const feedsOptions = { ...limits, bookIntervalMs: config.bookIntervalMs };
    this.sessions = new SessionRegistry(limits, new Traffic());
    this.feeds = new Feeds(feedsOptions, this.sessions);
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
    this.history = new PrivateHistory(
      {
        feed: this.feeds.private,
        archive: this.archive.history,
        replica: this.replica,
        refused: new RefusedCursors(() => this.identity.securityLog),
        log: logger,
        exchange: () => this.venue.exchange,
        now: () => this.venue.now(),
      },
      limits,
    );
    this.requests = new RequestLimits(this.venue);
    this.addresses = new AddressLimits({ ...limits, now: () => this.venue.now() });
    this.stream = new StreamApi(this.venue, this.history, this.requests, limits, logger);
    const address = () => this.address;
    this.identity = new ProcessIdentity(options, () => this.venue.now());
    this.billing = new ProcessBilling({ ...options, address }, this.identity, this.venue);
    this.bootstrap = new VenueBootstrap(options, this.venue, this.identity.credentials, (user) =>
      this.billing.opening.open(user),
    );
    this.roles = new SharedRoles(options, this.venue, holder);
    this.clock = new ClockTicker(this.venue);
    this.watch = new GatewayWatch(this.venue, this.replica, this.journal, () => this.onGivenUp());
    this.lister = new PredictionLister(options.predictions, this.venue, this.bootstrap);
    this.archive.start();
    this.history.start();
    this.following = this.replica.run();
    this.following.catch(options.onFatal);
  }

  /** Resolves once this gateway has caught up with the journal, the venue is set up, and it listens. */
  async start(): Promise<StartedGateway> {
    await this.identity.start(
      (keyId) => this.closeSessionsOf(keyId),
      () => this.sessions.keyIds(),
    );
    await this.billing.start();
    await this.bootstrap.done();
    const options = { ...this.options, address: () => this.address };
    this.doors = new ProcessDoors(options, this.identity, {
      now: () => this.venue.now(),
      clockOffsetMs: () => this.venue.exchange.clockOffsetMs,
      openPortfolios: (user) => this.billing.opening.open(user),
    });
    this.server = await gatewayServer(this.options, {
      venue: this.venue,
      metrics: this.metrics,
      sessions: this.sessions,
      stream: this.stream,
      requests: this.requests,
      addresses: this.addresses,
      identity: this.identity,
      history: this.history,
      doors: this.doors,
      billing: this.billing,
      readiness: () => this.readiness(),
    });
    const port = await this.server.listen();
    this.roles.start();
    this.clock.start();
    this.watch.start();
    this.lister.start();
    return { port, demoUser: this.bootstrap.demoUser };
  }

  /**
   * Drains: clients are told, requests in flight are answered (at the deadline with what is known), sessions
   * close, what they asked for on a disconnect is done, and only then the journal is left. All of it happens before
   * the deadline that the clients are told.
   */
  async stop(): Promise<void> {
    const { drainTimeoutMs } = this.options.config.limits;
    const startMs = performance.now();
    const departures = new Departures(this.sessions, drainTimeoutMs * SPREAD_SHARE);
    this.isDraining = true;
    if (this.options.isPortShared) this.server?.stopListening();
    this.bootstrap.stop();
    this.stream.drain((this.venue.now() + drainTimeoutMs) as Millis, departures);
    this.clock.stop();
    this.lister.stop();
    const until = startMs + drainTimeoutMs - Math.min(FINISH_MS, drainTimeoutMs / 10);
    const remainingMs = () => Math.max(DRAIN_POLL_MS, until - performance.now());
    const atMost = (step: Promise<unknown> | undefined) => Promise.race([step, delay(remainingMs())]);
    await atMost(this.roles.stop());
    while (this.queue.waiting > 0 && performance.now() < until) await delay(DRAIN_POLL_MS);
    this.queue.giveUp();
    await this.server?.stop(until - performance.now(), departures);
    this.stream.stop();
    this.watch.stop();
    await atMost(this.queue.drain());
    this.feeds.stop();
    this.history.stop();
    this.replica.stop();
    await atMost(this.archive.stop());
    this.journal.close();
    this.snapshots.close();
    await atMost(this.doors?.stop());
    this.identity.stop();
    await this.following.catch(() => undefined);
  }

  /** Where clients reach this gateway: with the port that was picked, once it listens. */
  private get address(): string {
    const { config, port } = this.options;
    return ownUrl(config, this.server?.port ?? port);
  }

  private readings(): Readings {
    return {
      sessions: () => this.sessions.size,
      waitingBytes: () => this.sessions.waiting.bytes,
      commandsWaiting: () => this.queue.waiting,
      openOrders: () => this.replica.exchange.state.openOrders.size,
      journalPosition: () => this.replica.exchange.position,
      commandsApplied: () => this.replica.commandsApplied,
      archiveLagSeconds: () => this.archive.lagMs / 1_000,
    };
  }

  private readiness(): Readiness {
    if (this.isDraining) return { status: 'draining', reason: 'This gateway is stopping' };
    const { state, reason } = this.replica.status;
    if (state === 'UNAVAILABLE') return { status: 'degraded', reason };
    if (state !== 'READY') return { status: 'starting', reason };
    if (this.queue.isStuck) return { status: 'degraded', reason: 'Redis does not confirm what is appended' };
    return this.bootstrap.isDone
      ? { status: 'ready', reason: null }
      : { status: 'starting', reason: 'The venue is being set up' };
  }

  private onReset(exchange: Exchange): void {
    this.archive.reset();
    this.feeds.reset(exchange);
    this.sessions.closeWhere(() => true, CLOSE.RESTARTING, 'the exchange was rebuilt');
  }

  private onTurn(): void {
    this.stream.turned();
    this.feeds.flush();
    this.sessions.flushAll();
  }

  private onStatus({ state, reason }: ReplicaStatus): void {
    this.options.logger.info({ state, reason }, 'The replica’s state changed');
    const { notices } = this.stream;
    // When the copy is to be thrown away, clients are not told wrong things as if they were sure.
    if (state === 'UNAVAILABLE' || state === 'STARTING') notices.stale(reason);
    if (state !== 'READY') return;
    notices.live();
    void this.bootstrap.run();
  }

  /** The others took this gateway for dead, as when it was frozen, and cancelled orders: its clients must ask again. */
  private onGivenUp(): void {
    this.options.logger.error('The other gateways gave this one up; beginning anew');
    this.queue.renew();
    this.sessions.closeWhere(() => true, CLOSE.RESTARTING, 'the other gateways took this one for dead');
  }

  private closeSessionsOf(keyId: string): void {
    this.sessions.closeWhere(
      ({ principal }) => principal.keyId === keyId,
      CLOSE.CREDENTIAL_REVOKED,
      'the credential was revoked',
    );
  }
}
