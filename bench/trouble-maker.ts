import type { Target } from './raw-client.js';

/** How often each fate was met, by its name: a close code, an HTTP status, an error code, or `cut`. */
export type Fates = Readonly<Record<string, number>>;

/** Against whom trouble is made, and by how many clients at once. */
export interface TroubleTerms {
  /** With a key that has no limit. */
  readonly target: Target;
  /** A credential that has one. */
  readonly limitedKey: string;
  readonly clients: number;
}

/** Makes trouble until its process ends; resolves when all its clients have begun. */
export type TroubleMaker = (terms: TroubleTerms, onFate: (fate: string) => void) => Promise<void>;
