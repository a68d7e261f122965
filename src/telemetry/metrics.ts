import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counters kept elsewhere as plain numbers, too hot for a metrics library; read at each scrape. */
export interface TrafficCounts {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly framesRefused: number;
  readonly requestsByStatus: ReadonlyMap<string, number>;
  readonly closesByCode: ReadonlyMap<number, number>;
}

/** What is read from elsewhere at each scrape. */
export interface Readings {
  sessions(): number;
  /** What all sessions have waiting for their clients. */
  waitingBytes(): number;
  commandsWaiting(): number;
  openOrders(): number;
  journalPosition(): number;
  /** By this process, replayed ones included. */
  commandsApplied(): number;
  /** For how long nothing was archived although something waits. */
  archiveLagSeconds(): number;
}

const APPEND_BUCKETS_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

/** All metrics of a process, in Prometheus's terms; event loop and memory included. */
export class Metrics {
  readonly registry = new Registry();
  readonly appendSeconds = new Histogram({
    name: 'tradewire_journal_append_seconds',
    help: 'Time from sending a batch to the journal to its acknowledgement',
    buckets: APPEND_BUCKETS_S,
    registers: [this.registry],
  });

  constructor(traffic: TrafficCounts, readings: Readings) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('tradewire_sessions', 'Open WebSocket sessions', readings.sessions);
    this.gauge('tradewire_waiting_bytes', 'Frames that wait for slow clients', readings.waitingBytes);
    this.gauge('tradewire_commands_waiting', 'Commands without an outcome yet', readings.commandsWaiting);
    this.gauge('tradewire_open_orders', 'Open orders of all users', readings.openOrders);
    this.gauge('tradewire_journal_position', 'Journal entries applied', readings.journalPosition);
    this.gauge('tradewire_archive_lag_seconds', 'Standstill of the archive', readings.archiveLagSeconds);
    this.total('tradewire_commands_applied_total', 'Commands applied', readings.commandsApplied);
    this.total('tradewire_frames_in_total', 'WebSocket frames received', () => traffic.framesIn);
    this.total('tradewire_frames_out_total', 'WebSocket frames sent', () => traffic.framesOut);
    this.total('tradewire_frames_refused_total', 'Frames invalid or refused', () => traffic.framesRefused);
    this.totals('tradewire_http_requests_total', 'HTTP requests', 'status', () => traffic.requestsByStatus);
    this.totals('tradewire_session_closes_total', 'Sessions closed', 'code', () => traffic.closesByCode);
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private total(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  private totals(
    name: string,
    help: string,
    label: string,
    read: () => ReadonlyMap<string | number, number>,
  ): void {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, count] of read()) this.inc({ [label]: value }, count);
      },
    });
  }
}
