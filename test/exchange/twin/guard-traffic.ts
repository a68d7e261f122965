import type { Command } from '../../../src/exchange/command.js';
import type { AccountId, Position } from '../../../src/exchange/units.js';
import type { Random } from '../../support/random.js';
import type { NaiveExchange } from './naive-exchange.js';
import type { NaiveGuard } from './naive-guards.js';

const SESSIONS = 12;
/** How often the runs of gateways change their names by themselves. */
const RESTART_CHANCE = 0.002;

/** Draws what becomes of guarded sessions and of the gateways they are on, for the traffic of the twin. */
export class GuardTraffic {
  private restarts = 0;
  private readonly names = ['gateway-a', 'gateway-b'];

  constructor(private readonly random: Random) {}

  /** The gateway run of the next batch. One that was given up says something now and then, and is started again. */
  incarnation(twin: NaiveExchange | null): string {
    const { random, names } = this;
    const place = random.between(0, names.length - 1);
    const isGivenUp = twin?.guards.givenUp.has(names[place]!) === true;
    if (random.chance(isGivenUp ? 0.25 : RESTART_CHANCE)) names[place] = `gateway-${++this.restarts}`;
    return names[place]!;
  }

  command(account: AccountId, twin: NaiveExchange): Command {
    const { random } = this;
    const draw = random.weighted<() => Command>([
      [10, () => this.guard(account)],
      [8, () => this.loseSession(twin)],
      [10, () => ({ kind: 'PORTFOLIO_BACK', account })],
      [6, () => this.loseGateway(twin)],
    ]);
    return draw();
  }

  private guard(account: AccountId): Command {
    const { random } = this;
    const graceMs = random.pick([0, 0, 0, 1_000, 1_000, 30_000, 60_000, 60_001, null]);
    return { kind: 'GUARD_SESSION', account, sessionId: `session-${random.between(1, SESSIONS)}`, graceMs };
  }

  /** Often one that was heard of a while ago. */
  private loseSession(twin: NaiveExchange): Command {
    const { random } = this;
    const known = this.known(twin);
    const sessionId = known?.sessionId ?? 'session-0';
    const heardAt = Math.max(0, twin.position - random.pick([0, 0, 5, 100, 1_000])) as Position;
    return { kind: 'SESSION_LOST', sessionId, heardAt };
  }

  private loseGateway(twin: NaiveExchange): Command {
    const { random } = this;
    const incarnation = this.known(twin)?.incarnation ?? random.pick(this.names);
    const last = twin.guards.batches.findLast((batch) => batch.incarnation === incarnation)?.number ?? 0;
    return { kind: 'GATEWAY_LOST', incarnation, lastNumber: Math.max(0, last - random.pick([0, 0, 1])) };
  }

  private known({ guards: { guards } }: NaiveExchange): NaiveGuard | undefined {
    return guards.length === 0 ? undefined : this.random.pick(guards);
  }
}
