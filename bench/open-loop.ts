import { answeredId } from './answers.js';
import { drained, LoadCounters, type LoadResult, loopResult } from './closed-loop.js';
import { LatencyRecorder, type LatencySummary } from './latency.js';
import { beatUntil } from './metronome.js';
import { OrderFlow } from './order-flow.js';
import { RawClient, type RawClientListener, type Target } from './raw-client.js';

export interface OpenLoopOptions {
  readonly target: Target;
  readonly connections: number;
  readonly ratePerSecond: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface OpenLoopResult extends LoadResult {
  /** How late requests left, against their plan: what the generator itself adds to the latencies. */
  readonly lateness: LatencySummary;
}

/**
 * Sends requests at fixed instants, whether or not earlier ones were answered, and measures each latency from the
 * planned instant. A server that stalls is charged for everything that was due meanwhile, as its users would be.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const loop = new OpenLoop(options);
  for (let index = 0; index < options.connections; index++) await loop.connect(options.target, index);
  const warmUpRequests = Math.round(options.ratePerSecond * options.warmUpSeconds);
  const requests = warmUpRequests + Math.round(options.ratePerSecond * options.seconds);
  loop.firstMeasuredId = warmUpRequests + 1;
  const cpuBefore = process.cpuUsage();
  await loop.sendOnSchedule(requests);
  await drained(loop.counters);
  const cpu = process.cpuUsage(cpuBefore);
  const latency = loop.latency.summary();
  return {
    ...loopResult(loop.counters, loop.close()),
    acknowledgedPerSecond: latency.count / options.seconds,
    clientCpuUs: (cpu.user + cpu.system) / Math.max(1, loop.counters.answered),
    latency,
    lateness: loop.lateness.summary(),
  };
}

class OpenLoop {
  readonly counters = new LoadCounters();
  readonly latency = new LatencyRecorder();
  readonly lateness = new LatencyRecorder();
  readonly intervalMs: number;
  startMs = 0;
  firstMeasuredId = 1;
  private readonly connections: OpenLoopConnection[] = [];

  constructor(options: OpenLoopOptions) {
    this.intervalMs = 1000 / options.ratePerSecond;
  }

  async connect(target: Target, index: number): Promise<void> {
    const connection = new OpenLoopConnection(this, new OrderFlow(index + 1));
    connection.client = await RawClient.open(target, connection);
    this.connections.push(connection);
  }

  /** Requests are numbered 1, 2, 3 … over all connections, so an id says when its request was due. */
  plannedMs(id: number): number {
    return this.startMs + id * this.intervalMs;
  }

  /** Sends this many requests, each at the first beat after its planned instant. */
  async sendOnSchedule(requests: number): Promise<void> {
    let sent = 0;
    this.startMs = performance.now();
    await beatUntil(() => {
      const nowMs = performance.now();
      const due = Math.min(requests, Math.floor((nowMs - this.startMs) / this.intervalMs));
      while (sent < due) this.send(++sent, nowMs);
      for (const connection of this.connections) connection.client?.flush();
      return sent === requests || this.counters.closed > 0;
    });
  }

  private send(id: number, nowMs: number): void {
    const connection = this.connections[id % this.connections.length]!;
    const request = connection.flow.next(id);
    this.counters.inFlight++;
    this.counters.requestBytes += request.length;
    if (id >= this.firstMeasuredId) this.lateness.record(this.plannedMs(id), nowMs);
    connection.client?.send(request);
  }

  /** Closes the connections and returns how many orders they believe open. */
  close(): number {
    for (const connection of this.connections) connection.client?.close();
    return this.connections.reduce((sum, connection) => sum + connection.flow.openOrders, 0);
  }
}

class OpenLoopConnection implements RawClientListener {
  client: RawClient | null = null;

  constructor(
    private readonly loop: OpenLoop,
    readonly flow: OrderFlow,
  ) {}

  onText(bytes: Buffer, start: number, end: number): void {
    const signedId = answeredId(bytes, start, end);
    if (signedId === 0) return;
    const id = Math.abs(signedId);
    const { loop } = this;
    if (!this.flow.answered(id, signedId > 0, bytes, start, end)) {
      loop.counters.unexpected++;
      return;
    }
    loop.counters.countAnswer(signedId, bytes, start, end);
    if (signedId > 0 && id >= loop.firstMeasuredId)
      loop.latency.record(loop.plannedMs(id), performance.now());
  }

  onClose(): void {
    this.loop.counters.closed++;
  }
}
