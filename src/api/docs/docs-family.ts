import type { FamilyTerms } from '../family/family-terms.js';
import { NATIVE_TERMS } from '../family/native-terms.js';

/** These documents, and the page that shows them. */
export const DOCS: FamilyTerms = {
  name: 'docs',
  title: 'Documents',
  description: 'What this server answers, as OpenAPI 3.1, and a page to read it on.',
  prefixes: ['/docs'],
  ...NATIVE_TERMS,
};
