import type { FamilyTerms } from '../family/family-terms.js';
import { NATIVE_TERMS } from '../family/native-terms.js';

/** What a test tells the world; it counts against no limit. */
export const SANDBOX: FamilyTerms = {
  name: 'sandbox',
  title: 'Sandbox',
  description: 'With `SANDBOX=1` a test owns the world: quotes, flow, the clock, funding, balances.',
  prefixes: ['/v1/sandbox'],
  isMetered: false,
  ...NATIVE_TERMS,
};
