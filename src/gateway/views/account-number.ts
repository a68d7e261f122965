const DIGITS = 12;

/** A number of an account to show to people: the same for a user at all times, but not a key. */
export function accountNumber(userId: string): string {
  const spelt = BigInt(`0x${userId.replaceAll('-', '')}`) % 10n ** BigInt(DIGITS);
  return spelt.toString().padStart(DIGITS, '0');
}
