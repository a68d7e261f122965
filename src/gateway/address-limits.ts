import { RequestWindows } from '../exchange/requests/request-windows.js';
import type { Millis } from '../exchange/units.js';
import { Counted, type RequestStanding } from './charging/request-standing.js';

/** So many addresses are remembered of each limit; beyond it, the one that was silent for longest is forgotten. */
const ADDRESSES_MAX = 50_000;

export interface AddressLimitTerms {
  /** The exchange's clock. */
  readonly now: () => Millis;
  /** Requests a minute from one address to routes that need no credential. */
  readonly publicRequestsMax: number;
  /** Requests a minute from one address to routes that need a credential, without a good one. */
  readonly unauthenticatedRequestsMax: number;
  /** Handshakes a minute from one address. */
  readonly handshakesPerAddressMax: number;
}

/**
 * Counts what comes from each address over the last 60 seconds of the exchange's clock. Each gateway counts for
 * itself: it is to protect the gateway, and not to divide up the venue.
 */
export class AddressLimits {
  private readonly callers = new RequestWindows(ADDRESSES_MAX);
  private readonly strangers = new RequestWindows(ADDRESSES_MAX);
  private readonly handshakes = new RequestWindows(ADDRESSES_MAX);

  constructor(private readonly terms: AddressLimitTerms) {}

  /** Charges an address for a request that anybody may make. */
  chargePublic(address: string): RequestStanding {
    return this.charge(this.callers, address, this.terms.publicRequestsMax);
  }

  /** Charges an address for a request that came without a good credential. */
  chargeUnauthenticated(address: string): RequestStanding {
    return this.charge(this.strangers, address, this.terms.unauthenticatedRequestsMax);
  }

  /** Charges an address for a WebSocket handshake, whatever becomes of it. */
  chargeHandshake(address: string): RequestStanding {
    return this.charge(this.handshakes, address, this.terms.handshakesPerAddressMax);
  }

  /** How an address stands that is about to begin a handshake; it is not charged. */
  handshakeStanding(address: string): RequestStanding {
    const { nowS } = this;
    const max = this.terms.handshakesPerAddressMax;
    const window = this.handshakes.find(address);
    const counted = new Counted(nowS, window === undefined ? [] : [window]);
    return counted.fits(1, max) ? counted.standing(max) : counted.refusal(max, 1, max);
  }

  /** The second, of the epoch, that the exchange's clock is in. */
  get nowS(): number {
    return Math.floor(this.terms.now() / 1_000);
  }

  private charge(windows: RequestWindows, address: string, max: number): RequestStanding {
    const { nowS } = this;
    const window = windows.of(address, nowS);
    const isAdmitted = window.charge(nowS, 1, 1, max) === 1;
    const counted = new Counted(nowS, [window]);
    return isAdmitted ? counted.standing(max) : counted.refusal(max, 1, max);
  }
}
