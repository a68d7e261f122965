import type { Command } from '../../src/exchange/command.js';
import { DEAF_LISTENER } from '../../src/exchange/event.js';
import type { Exchange } from '../../src/exchange/exchange.js';
import type { Outcome } from '../../src/exchange/outcome.js';
import { CommandQueue } from '../../src/journal/command-queue.js';
import type { CommandQueueSettings } from '../../src/journal/command-queue-settings.js';
import {
  REPLICA_DEFAULTS,
  Replica,
  type ReplicaHooks,
  type ReplicaSettings,
} from '../../src/journal/replica.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { until } from '../support/until.js';
import { ACCOUNT } from './orders.js';
import { SILENT, type Stores } from './stores.js';

/** What stands behind a gateway: a command queue and a replica, and a record of what the replica told. */
export class TestGateway {
  readonly queue: CommandQueue;
  readonly replica: Replica;
  readonly resets: Exchange[] = [];
  readonly states: string[] = [];
  turns = 0;
  /** Called within the announcement. */
  onReady = () => {};
  /** Why the replica ended by itself. */
  failure: unknown = null;
  readonly ended: Promise<void>;

  constructor(
    readonly stores: Stores,
    queueSettings: Partial<CommandQueueSettings> = {},
    replicaSettings: Partial<ReplicaSettings> = {},
  ) {
    const hooks: ReplicaHooks = {
      onReset: (exchange) => this.resets.push(exchange),
      onTurn: () => this.turns++,
      onStatus: ({ state }) => {
        this.states.push(state);
        if (state === 'READY') this.onReady();
      },
    };
    this.queue = new CommandQueue(stores.journal, { ...DEFAULT_LIMITS, ...queueSettings }, SILENT);
    this.replica = new Replica(
      stores.journal,
      stores.snapshots,
      this.queue,
      DEAF_LISTENER,
      hooks,
      { ...REPLICA_DEFAULTS, ...replicaSettings },
      SILENT,
    );
    this.ended = this.replica.run().catch((error: unknown) => {
      this.failure = error;
    });
  }

  get exchange(): Exchange {
    return this.replica.exchange;
  }

  async ready(): Promise<void> {
    await until('the replica is ready', () => this.replica.status.state === 'READY');
  }

  /** Submits one command and resolves with its outcome. */
  submit(command: Command): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const refusal = this.queue.submit(command, resolve);
      if (refusal !== null) reject(new Error(refusal));
    });
  }

  submitAll(commands: readonly Command[]): Promise<Outcome[]> {
    return Promise.all(commands.map((command) => this.submit(command)));
  }

  openOrders(): string[] {
    const ids: string[] = [];
    const first = this.exchange.state.account(ACCOUNT)?.firstOpen ?? null;
    for (let order = first; order !== null; order = order.openNext) ids.push(order.clientOrderId ?? '');
    return ids;
  }

  async stop(): Promise<void> {
    this.replica.stop();
    this.stores.close();
    await this.ended;
  }
}
