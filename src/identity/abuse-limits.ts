import type { CountedWindow, WindowTerms } from './counted-window-redis.js';

/** The bounds, whose meaning is told in src/limits.ts. */
export interface AbuseBounds {
  readonly logInFailuresMax: number;
  readonly accountFailuresMax: number;
  readonly addressFailuresMax: number;
  readonly signUpsMax: number;
  readonly proofsMax: number;
  readonly refreshesMax: number;
  readonly mailsMax: number;
  readonly mailsFromAddressMax: number;
}

/** Requests that are counted by the address they come from. */
export type CountedRequest = 'signUps' | 'proofs' | 'refreshes';

const WINDOW_MS = 15 * 60 * 1_000;
const MAIL_WINDOW_MS = 60 * 60 * 1_000;

/** What whoever guesses, floods or mails too much runs into. `email` is normalised throughout. */
export class AbuseLimits {
  private readonly accountFromAddress: CountedWindow;
  private readonly account: CountedWindow;
  private readonly address: CountedWindow;
  private readonly requests: Readonly<Record<CountedRequest, CountedWindow>>;
  private readonly mails: CountedWindow;
  private readonly mailsFromAddress: CountedWindow;

  constructor(bounds: AbuseBounds, openWindow: (terms: WindowTerms) => CountedWindow) {
    const open = (name: string, countMax: number, windowMs = WINDOW_MS) =>
      openWindow({ name, countMax, windowMs });
    this.accountFromAddress = open('account-from-address', bounds.logInFailuresMax);
    this.account = open('account', bounds.accountFailuresMax);
    this.address = open('address', bounds.addressFailuresMax);
    this.requests = {
      signUps: open('sign-ups', bounds.signUpsMax),
      proofs: open('proofs', bounds.proofsMax),
      refreshes: open('refreshes', bounds.refreshesMax),
    };
    this.mails = open('mails', bounds.mailsMax, MAIL_WINDOW_MS);
    this.mailsFromAddress = open('mails-from-address', bounds.mailsFromAddressMax, MAIL_WINDOW_MS);
  }

  /** Counts a request. When it is one too many, the seconds after which to try again; otherwise null. */
  countRequest(kind: CountedRequest, address: string): Promise<number | null> {
    return this.requests[kind].count(address);
  }

  /** The seconds for which log-ins of an account are refused at an address; null: they are not. */
  async lockedFor(email: string, address: string): Promise<number | null> {
    return longest(
      await Promise.all([
        this.accountFromAddress.fullFor(`${email} ${address}`),
        this.account.fullFor(email),
        this.address.fullFor(address),
      ]),
    );
  }

  /** Counts a failed log-in. When it is one too many, it is answered like those that come too late. */
  async countFailure(email: string, address: string): Promise<number | null> {
    return longest(
      await Promise.all([
        this.accountFromAddress.count(`${email} ${address}`),
        this.account.count(email),
        this.address.count(address),
      ]),
    );
  }

  /**
   * Counts a mail that a request from `address` leads to. False: `email` has got enough of them, or `address` has
   * had enough sent; it comes first, so that it cannot use up the mails of others any further.
   */
  async countMail(email: string, address: string): Promise<boolean> {
    const isSendersDue = (await this.mailsFromAddress.count(address)) === null;
    return isSendersDue && (await this.mails.count(email)) === null;
  }
}

function longest(waits: readonly (number | null)[]): number | null {
  const lasting = waits.filter((wait) => wait !== null);
  return lasting.length === 0 ? null : Math.max(...lasting);
}
