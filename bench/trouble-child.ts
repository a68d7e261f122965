import { TROUBLE_KINDS, type TroubleName } from './trouble-kinds.js';
import type { TroubleTerms } from './trouble-maker.js';

/** What the process is to do; it answers each message, and this first one when trouble is under way. */
export interface TroubleOrder {
  readonly name: TroubleName;
  readonly terms: TroubleTerms;
}

const fates = new Map<string, number>();

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', async ({ name, terms }: TroubleOrder) => {
  await TROUBLE_KINDS[name].make(terms, (fate) => fates.set(fate, (fates.get(fate) ?? 0) + 1));
  process.send?.({});
  process.on('message', () => process.send?.(Object.fromEntries(fates)));
});
