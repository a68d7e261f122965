/** What the native protocol says of an order, as far as this family tells it too. */
interface NativeOrder {
  readonly timeInForce: string;
  readonly postOnly: boolean;
  readonly avgFillPrice: number | null;
  readonly expiresAt?: string;
}

/** Fields that this family does not have, or not always. */
type Told = Partial<Record<'side' | 'reduceOnly' | 'postOnly' | 'avgFillPrice' | 'expiresAt', unknown>>;

/**
 * An order in this family's words, as JSON text, from the words of the native protocol: of one that the exchange has
 * forgotten nothing else is left.
 */
export function pastOrderText(nativeText: string, accountId: string): string {
  const order = JSON.parse(nativeText) as NativeOrder & Told;
  const { side: _side, reduceOnly: _reduceOnly, postOnly, avgFillPrice, expiresAt, ...shared } = order;
  return JSON.stringify({
    ...shared,
    accountId,
    ...(postOnly ? { postOnly } : {}),
    ...(avgFillPrice === null ? {} : { avgFillPrice }),
    ...(order.timeInForce === 'GTD' ? { expiresAt } : {}),
  });
}
