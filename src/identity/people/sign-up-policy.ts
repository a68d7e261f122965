import { normalisedEmail, type User } from './user.js';

/** Who may sign up: anybody who proves an address, or the addresses of a list. Addresses are normalised. */
export class SignUpPolicy {
  private readonly whitelist: ReadonlySet<string>;

  constructor(
    private readonly mode: 'open' | 'whitelist',
    whitelist: readonly string[],
  ) {
    this.whitelist = new Set(whitelist.map(normalisedEmail));
  }

  admits(email: string): boolean {
    return this.mode === 'open' || this.whitelist.has(email);
  }

  /** Whether an address may sign up because it is on the list, and for no other reason. */
  lists(email: string): boolean {
    return this.mode === 'whitelist' && this.whitelist.has(email);
  }

  /**
   * Whether somebody may log in without having proven the address: the operator knows whose it is. That holds for
   * who signed up by the list, not for who got the address at a door that anybody may use. The address still counts
   * as unproven, so that nobody becomes an administrator by typing an administrator's address.
   */
  trusts({ email, isListed }: User): boolean {
    return isListed === true && this.lists(email);
  }
}
