import type { FamilyTerms } from '../family/family-terms.js';
import { NATIVE_TERMS } from '../family/native-terms.js';

/** These documents, and the page that shows them. */
export const DOCS: FamilyTerms = {
  name: 'docs',
  title: 'Documents',
  description:
    'What this server answers, as OpenAPI 3.1, its native stream as AsyncAPI 3.0, and a page to read the former on.',
  prefixes: ['/docs'],
  ...NATIVE_TERMS,
};
