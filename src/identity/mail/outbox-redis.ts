import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../../journal/redis-keys.js';
import type { SecretKeys } from '../derived-key.js';
import type { Letter } from './letter.js';
import type { Mailer } from './mailer.js';
import { SealedTexts } from './sealed-text.js';

/** The oldest make room for newer ones. */
const LETTERS_MAX = 100;

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
  private readonly texts: SealedTexts;

  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly commands: Redis,
    keys: SecretKeys,
    venue: string,
    private readonly now: () => number,
    private readonly log: Logger,
  ) {
    this.name = venueKey(venue, 'outbox');
    this.texts = new SealedTexts(keys, 'outbox', venue);
  }

  async send({ to, kind, subject, token, link }: Letter): Promise<void> {
    const kept: KeptLetter = { to, kind, subject, token, link, sentAt: new Date(this.now()).toISOString() };
    await this.commands.eval(KEEP, 1, this.name, this.texts.seal(JSON.stringify(kept)), LETTERS_MAX);
    this.log.info({ kind }, 'a mail is in the outbox, since there is no SMTP_URL');
  }

  /** The newest first. */
  async letters(): Promise<readonly KeptLetter[]> {
    const sealed = await this.commands.lrange(this.name, 0, LETTERS_MAX - 1);
    return sealed.flatMap((entry) => {
      const text = this.texts.open(entry);
      return text === null ? [] : [JSON.parse(text) as KeptLetter];
    });
  }
}
