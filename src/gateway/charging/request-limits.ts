import type { Outcome } from '../../exchange/outcome.js';
import { REQUEST_LIMITS, requestsMax } from '../../exchange/requests/charge.js';
import type { RequestWindow } from '../../exchange/requests/request-window.js';
import { RequestWindows } from '../../exchange/requests/request-windows.js';
import type { Venue } from '../venue.js';
import { type ChargeGroup, GatheredCharges } from './gathered-charges.js';
import { GuardedCommands } from './guarded-commands.js';
import type { Meter, PayingMeter } from './meter.js';
import { Counted, NO_LIMIT, type RequestStanding } from './request-standing.js';

/** So many meters are counted apart while the journal is away. */
const UNRECORDED_METERS_MAX = 50_000;

/** What counting takes of a venue. */
export type LimitedVenue = Pick<Venue, 'exchange' | 'now' | 'submit' | 'submitGuarded'>;

/**
 * Counts requests by key. The count is part of the exchange, and the same for all gateways: each request becomes a
 * charge in the journal, in front of the commands that it leads to, or together with others of its turn. Before that it
 * is held against what this gateway knows already, so that a flood does not reach the journal.
 *
 * While the journal cannot be appended to, what needs no command goes on, and this gateway counts it for itself. A command
 * that is refused with `UNAVAILABLE` or `OVERLOADED` costs nothing: nothing was done, its client is told to try again, and
 * a bot that tries to get out must not find its cancels used up when the journal is back.
 */
export class RequestLimits {
  /** What was charged and is not read back yet, by meter. */
  private readonly inFlight = new Map<string, number>();
  /** What was admitted and could not be charged. */
  private readonly unrecorded = new RequestWindows(UNRECORDED_METERS_MAX);
  private readonly gathered: GatheredCharges;

  constructor(private readonly venue: LimitedVenue) {
    this.gathered = new GatheredCharges(venue, (group, outcome) => this.settle(group, outcome));
  }

  /** The second, of the epoch, that the exchange's clock is in. */
  get nowS(): number {
    return Math.floor(this.venue.now() / 1_000);
  }

  /** What the requests of somebody are charged to whose first portfolio is given. */
  meterOf(meterId: string, portfolioId: string | undefined): Meter {
    const payer = portfolioId === undefined ? undefined : this.venue.exchange.findPortfolio(portfolioId);
    return { meterId, payer };
  }

  /** Requests in any minute; null: as many as one likes, which are not counted at all. */
  limitOf({ payer }: Meter): number | null {
    return REQUEST_LIMITS[payer?.membership.plan ?? 'BASIC'];
  }

  /** How a meter stands; nothing is charged. */
  standingOf(meter: Meter): RequestStanding {
    const limit = this.limitOf(meter);
    return limit === null ? NO_LIMIT : this.countedOf(meter).standing(limit);
  }

  /** Why a request has no chance, by what this gateway knows; null where it has one. */
  refusalOf(meter: Meter, cost: number, isCancel: boolean): RequestStanding | null {
    const limit = this.limitOf(meter);
    if (limit === null) return null;
    const max = requestsMax(limit, isCancel);
    const counted = this.countedOf(meter);
    return counted.fits(cost, max) ? null : counted.refusal(limit, cost, max);
  }

  /**
   * Charges a request that needs no command, unless it is refused, and tells whether it is admitted: within this call
   * where that needs no charge. Null: nobody waits for that.
   */
  charge(
    meter: Meter,
    cost: number,
    isCancel: boolean,
    onDecided: ((standing: RequestStanding) => void) | null,
  ): void {
    if (this.limitOf(meter) === null) return onDecided?.(NO_LIMIT);
    const refusal = this.refusalOf(meter, cost, isCancel);
    if (refusal !== null) return onDecided?.(refusal);
    this.raise(meter, cost);
    const tell = (isAdmitted: boolean) =>
      onDecided?.(isAdmitted ? this.standingOf(meter) : this.lateRefusalOf(meter, cost, isCancel));
    this.gathered.add(meter, cost, isCancel, onDecided === null ? null : tell);
  }

  /**
   * Where a request brings its commands, which are sent behind the charge for it: where that is refused, none of them
   * is carried out. The request must have been found to have a chance. One without commands is charged by nobody yet.
   */
  guard(
    meter: PayingMeter,
    cost: number,
    isCancel: boolean,
    onRefused: (standing: RequestStanding) => void,
  ): GuardedCommands {
    return new GuardedCommands(this.venue, meter, cost, isCancel, {
      sent: () => this.raise(meter, cost),
      charged: (isRefused) => {
        this.raise(meter, -cost);
        if (isRefused) onRefused(this.lateRefusalOf(meter, cost, isCancel));
      },
    });
  }

  /** Who was not charged goes on all the same, and is counted here. */
  private settle({ meter, requests, cost }: ChargeGroup, outcome: Outcome | null): void {
    this.raise(meter, -requests * cost);
    const isRecorded = outcome !== null && outcome.error !== 'UNAVAILABLE' && outcome.error !== 'OVERLOADED';
    if (isRecorded) return;
    const { nowS } = this;
    this.unrecorded.of(meter.meterId, nowS).charge(nowS, requests, cost, Number.POSITIVE_INFINITY);
  }

  private raise({ meterId }: Meter, cost: number): void {
    const inFlight = (this.inFlight.get(meterId) ?? 0) + cost;
    if (inFlight === 0) this.inFlight.delete(meterId);
    else this.inFlight.set(meterId, inFlight);
  }

  /** Of what the exchange refused: others were faster. */
  private lateRefusalOf(meter: Meter, cost: number, isCancel: boolean): RequestStanding {
    const limit = this.limitOf(meter);
    if (limit === null) return { ...NO_LIMIT, isRefused: true };
    return this.countedOf(meter).refusal(limit, cost, requestsMax(limit, isCancel));
  }

  private countedOf({ meterId }: Meter): Counted {
    const { meters } = this.venue.exchange.state;
    const windows = [meters.find(meterId), this.unrecorded.find(meterId)];
    const known = windows.filter((window): window is RequestWindow => window !== undefined);
    return new Counted(this.nowS, known, this.inFlight.get(meterId) ?? 0);
  }
}
