import type { FamilyTerms } from '../family/family-terms.js';
import { NATIVE_TERMS } from '../family/native-terms.js';

/** What an operator asks, as often as it takes, and where the stream is. */
export const OPERATIONS: FamilyTerms = {
  name: 'operations',
  title: 'Operations',
  description: 'Whether the server lives, is ready and how it fares; and the address of the stream.',
  prefixes: ['/health', '/ready', '/metrics', '/v1/ws'],
  isMetered: false,
  ...NATIVE_TERMS,
};
