import type { Outcome } from '../../exchange/outcome.js';
import type { Venue } from '../venue.js';
import type { Meter } from './meter.js';

/**
 * So long a request that only reads waits for its charge to be read back. Then it goes on: whatever holds the journal
 * up, reading does not need it.
 */
const CHARGE_WAIT_MS = 1_000;

/** Told whether a request that was charged is admitted. */
export type OnDecided = (isAdmitted: boolean) => void;

/** Requests of one meter on the same terms. */
export interface ChargeGroup {
  readonly meter: Meter;
  readonly cost: number;
  readonly isCancel: boolean;
  /** How many there are, those that do not wait included. */
  requests: number;
  /** One for each request; null for one that does not wait. Empty once they were decided. */
  waiting: (OnDecided | null)[];
}

/** Puts the charges of a turn into one command for each meter, and lets those who wait go on when it was read back. */
export class GatheredCharges {
  /** By meter and terms. */
  private groups = new Map<string, ChargeGroup>();

  /** `onSettled` is told what became of a group's command, before those who wait are. */
  constructor(
    private readonly venue: Pick<Venue, 'submit'>,
    private readonly onSettled: (group: ChargeGroup, outcome: Outcome | null) => void,
  ) {}

  add(meter: Meter, cost: number, isCancel: boolean, onDecided: OnDecided | null): void {
    const group = this.groupOf(meter, cost, isCancel);
    group.requests += 1;
    group.waiting.push(onDecided);
  }

  private groupOf(meter: Meter, cost: number, isCancel: boolean): ChargeGroup {
    const name = `${cost} ${isCancel} ${meter.meterId}`;
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    if (this.groups.size === 0) setImmediate(this.flush);
    const group = { meter, cost, isCancel, requests: 0, waiting: [] };
    this.groups.set(name, group);
    return group;
  }

  private readonly flush = (): void => {
    const groups = [...this.groups.values()];
    this.groups.clear();
    for (const group of groups) this.send(group);
    const late = groups.filter(({ waiting }) => waiting.length > 0);
    if (late.length === 0) return;
    setTimeout(() => {
      for (const group of late) admitFirst(group, group.requests);
    }, CHARGE_WAIT_MS).unref();
  };

  /** The outcome of a charge that was not read back says nothing: then everybody is admitted. */
  private send(group: ChargeGroup): void {
    const { meter, requests, cost, isCancel } = group;
    const { meterId, payer } = meter;
    if (payer === undefined) {
      this.onSettled(group, null);
      return admitFirst(group, requests);
    }
    const command = {
      kind: 'CHARGE',
      account: payer.id,
      meterId,
      requests,
      cost,
      isCancel,
      guards: 0,
    } as const;
    this.venue.submit(command, (outcome) => {
      this.onSettled(group, outcome);
      admitFirst(group, outcome.error === 'RATE_LIMITED' ? outcome.count : requests);
    });
  }
}

/** Those who asked first are admitted, so many; the others were too many. */
function admitFirst(group: ChargeGroup, admitted: number): void {
  const { waiting } = group;
  group.waiting = [];
  for (const [index, onDecided] of waiting.entries()) onDecided?.(index < admitted);
}
