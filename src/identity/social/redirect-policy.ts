const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where providers may send people back to: what an operator listed; by default any https address, or loopback. */
export class RedirectPolicy {
  private readonly listed: ReadonlySet<string>;

  constructor(listed: readonly string[]) {
    this.listed = new Set(listed);
  }

  /** Addresses are compared letter by letter, as RFC 9700 §2.1 asks for. */
  allows(redirectUri: string): boolean {
    if (this.listed.size > 0) return this.listed.has(redirectUri);
    if (!URL.canParse(redirectUri)) return false;
    const { protocol, hostname, username, password } = new URL(redirectUri);
    if (username !== '' || password !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
  }
}
