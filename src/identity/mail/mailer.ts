import type { Letter } from './letter.js';

/** Takes letters to where their readers find them. */
export interface Mailer {
  /** Rejects when the letter could not be handed over. */
  send(letter: Letter): Promise<void>;
}
