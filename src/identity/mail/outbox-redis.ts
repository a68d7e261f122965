import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../../journal/redis-keys.js';
import type { SecretKeys } from '../secrets/derived-key.js';
import { EnvelopeCipher, type Sealed } from '../secrets/envelope-cipher.js';
import type { Letter } from './letter.js';
import type { Mailer } from './mailer.js';

/** The oldest make room for newer ones. */
const LETTERS_MAX = 100;
/** Where letters are kept, as far as the cipher is concerned: no two need to be told apart. */
const PLACE = ['outbox'];

const KEEP = `
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)`;

/** A letter as a test finds it. */
export interface KeptLetter extends Omit<Letter, 'text'> {
  /** ISO 8601, on the exchange's clock. */
  readonly sentAt: string;
}

/** Keeps letters where there is no mail server, for the sandbox to show. They hold tokens, and are encrypted. */
export class Outbox implements Mailer {
  private readonly name: string;
  private readonly cipher: EnvelopeCipher;

  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly commands: Redis,
    keys: SecretKeys,
    venue: string,
    private readonly now: () => number,
    private readonly log: Logger,
  ) {
    this.name = venueKey(venue, 'outbox');
    this.cipher = new EnvelopeCipher(keys, 'mail', venue);
  }

  async send({ to, kind, subject, token, link }: Letter): Promise<void> {
    const kept: KeptLetter = { to, kind, subject, token, link, sentAt: new Date(this.now()).toISOString() };
    const sealed = this.cipher.seal(JSON.stringify(kept), PLACE);
    await this.commands.eval(KEEP, 1, this.name, JSON.stringify(sealed), LETTERS_MAX);
    this.log.info({ kind }, 'a mail is in the outbox, since there is no SMTP_URL');
  }

  /** The newest first, without those that were sealed with keys that are gone. */
  async letters(): Promise<readonly KeptLetter[]> {
    const entries = await this.commands.lrange(this.name, 0, LETTERS_MAX - 1);
    return entries.flatMap((entry) => {
      const opened = this.cipher.open(JSON.parse(entry) as Sealed, PLACE);
      return opened === null ? [] : [JSON.parse(opened.text) as KeptLetter];
    });
  }
}
