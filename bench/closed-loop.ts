import { setTimeout as delay } from 'node:timers/promises';
import { answeredId } from './answers.js';
import { LatencyRecorder, type LatencySummary } from './latency.js';
import { OrderFlow } from './order-flow.js';
import { RawClient, type RawClientListener, type Target } from './raw-client.js';

export interface ClosedLoopOptions {
  readonly target: Target;
  readonly connections: number;
  /** Requests that wait for their answer at any time, per connection. */
  readonly inFlight: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What a load saw. Rates and latencies are of the measured time only, the counts below them of all requests. */
export interface LoadResult {
  readonly acknowledgedPerSecond: number;
  readonly latency: LatencySummary;
  /** The generator's own CPU time per answer. */
  readonly clientCpuUs: number;
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly answered: number;
  readonly refused: number;
  readonly firstRefusal: string | null;
  /** Answers to no request in flight: repeated, or never asked for. */
  readonly unexpected: number;
  /** Requests that got no answer within `DRAIN_TIMEOUT_MS` of the end. */
  readonly unanswered: number;
  /** Orders that must be open, by what was answered. */
  readonly openOrders: number;
}

/** What the connections of one load count together. */
export class LoadCounters {
  answered = 0;
  refused = 0;
  firstRefusal: string | null = null;
  unexpected = 0;
  inFlight = 0;
  requestBytes = 0;
  answerBytes = 0;
  closed = 0;

  countAnswer(id: number, bytes: Buffer, start: number, end: number): void {
    this.answered++;
    this.inFlight--;
    this.answerBytes += end - start;
    if (id > 0) return;
    this.refused++;
    this.firstRefusal ??= bytes.toString('utf8', start, end);
  }
}

export const DRAIN_TIMEOUT_MS = 10_000;

/**
 * Keeps a fixed number of requests waiting on each connection: as one is answered, the next is sent. This finds
 * the highest rate a server sustains; its latencies say only how long the queue is that the load itself makes.
 */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<LoadResult> {
  const loop = new ClosedLoop(options.inFlight);
  for (let index = 0; index < options.connections; index++) await loop.connect(options.target, index);
  loop.start();
  await delay(options.warmUpSeconds * 1000);
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  loop.measuring = true;
  await delay(options.seconds * 1000);
  loop.measuring = false;
  loop.sending = false;
  const measuredMs = performance.now() - startMs;
  const cpu = process.cpuUsage(cpuBefore);
  await drained(loop.counters);
  const latency = loop.latency.summary();
  return {
    ...loopResult(loop.counters, loop.close()),
    acknowledgedPerSecond: (loop.measuredAnswers * 1000) / measuredMs,
    clientCpuUs: (cpu.user + cpu.system) / Math.max(1, loop.measuredAnswers),
    latency,
  };
}

/** Waits until every request was answered, or for as long as answers may reasonably take. */
export async function drained(counters: LoadCounters): Promise<void> {
  const deadlineMs = performance.now() + DRAIN_TIMEOUT_MS;
  while (counters.inFlight > 0 && counters.closed === 0 && performance.now() < deadlineMs) await delay(5);
}

/** The counted part of a result, for `openOrders` orders believed to be open. */
export function loopResult(
  counters: LoadCounters,
  openOrders: number,
): Omit<LoadResult, 'acknowledgedPerSecond' | 'clientCpuUs' | 'latency'> {
  const requests = counters.answered + counters.inFlight;
  return {
    requestBytes: Math.round(counters.requestBytes / Math.max(1, requests)),
    answerBytes: Math.round(counters.answerBytes / Math.max(1, counters.answered)),
    answered: counters.answered,
    refused: counters.refused,
    firstRefusal: counters.firstRefusal,
    unexpected: counters.unexpected,
    unanswered: counters.inFlight,
    openOrders,
  };
}

class ClosedLoop {
  readonly counters = new LoadCounters();
  readonly latency = new LatencyRecorder();
  measuredAnswers = 0;
  measuring = false;
  sending = true;
  private readonly connections: ClosedLoopConnection[] = [];

  constructor(readonly inFlight: number) {}

  async connect(target: Target, index: number): Promise<void> {
    const connection = new ClosedLoopConnection(this, new OrderFlow(index + 1));
    connection.client = await RawClient.open(target, connection);
    this.connections.push(connection);
  }

  start(): void {
    for (const connection of this.connections) connection.start();
  }

  /** Closes the connections and returns how many orders they believe open. */
  close(): number {
    for (const connection of this.connections) connection.client?.close();
    return this.connections.reduce((sum, connection) => sum + connection.flow.openOrders, 0);
  }
}

class ClosedLoopConnection implements RawClientListener {
  client: RawClient | null = null;
  private readonly sentAtMs: Float64Array;

  constructor(
    private readonly loop: ClosedLoop,
    readonly flow: OrderFlow,
  ) {
    this.sentAtMs = new Float64Array(loop.inFlight);
  }

  start(): void {
    for (let slot = 0; slot < this.loop.inFlight; slot++)
      this.send(slot + this.loop.inFlight, performance.now());
    this.client?.flush();
  }

  onText(bytes: Buffer, start: number, end: number): void {
    const signedId = answeredId(bytes, start, end);
    if (signedId === 0) return;
    const { loop } = this;
    const id = Math.abs(signedId);
    if (!this.flow.answered(id, signedId > 0, bytes, start, end)) {
      loop.counters.unexpected++;
      return;
    }
    loop.counters.countAnswer(signedId, bytes, start, end);
    const nowMs = performance.now();
    if (loop.measuring && signedId > 0) {
      loop.measuredAnswers++;
      loop.latency.record(this.sentAtMs[id % loop.inFlight]!, nowMs);
    }
    if (loop.sending) this.send(id + loop.inFlight, nowMs);
  }

  onClose(): void {
    this.loop.counters.closed++;
  }

  /** A request's id modulo the number in flight is its slot, so the slot of an answer needs no look-up. */
  private send(id: number, nowMs: number): void {
    const request = this.flow.next(id);
    this.sentAtMs[id % this.loop.inFlight] = nowMs;
    this.loop.counters.inFlight++;
    this.loop.counters.requestBytes += request.length;
    this.client?.send(request);
  }
}
