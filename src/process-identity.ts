import type { Logger } from 'pino';
import type { Config } from './config.js';
import { Authenticator } from './identity/authenticator.js';
import { CredentialStore } from './identity/credentials-redis.js';
import { RefreshTokens } from './identity/refresh-tokens-redis.js';
import { loadSecretKey } from './identity/secret-key.js';
import { AccessTokens } from './identity/tokens.js';
import { connectRedis, whenConnected } from './journal/connection-redis.js';

export interface IdentityOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Redis has kept the start waiting for some seconds; the reason is for people. */
  readonly onDelay: (reason: string) => void;
}

/** The parts of identity that a gateway needs, on connections of their own. */
export class ProcessIdentity {
  readonly credentials: CredentialStore;
  readonly refreshTokens: RefreshTokens;
  private readonly commands;
  private readonly subscriber;
  private signedTokens: AccessTokens | null = null;

  /** `now` is the exchange's clock, which the lifetimes of tokens follow. */
  constructor(
    private readonly options: IdentityOptions,
    private readonly now: () => number,
  ) {
    const { redisUrl, config, logger } = options;
    this.commands = connectRedis(redisUrl, 'identity', logger);
    this.subscriber = connectRedis(redisUrl, 'credentials', logger);
    this.credentials = new CredentialStore(this.commands, this.subscriber, config.venue, logger);
    this.refreshTokens = new RefreshTokens(this.commands, config.venue, now);
  }

  /**
   * Resolves once credentials can be looked up. `onRevoked` is told of every key that is revoked; of those that
   * `keysInUse` names also when it was not heard at the time.
   */
  async start(onRevoked: (keyId: string) => void, keysInUse: () => Iterable<string>): Promise<void> {
    const { config, dataDirectory, onDelay } = this.options;
    const secretKey = await loadSecretKey(config.secretKey, dataDirectory);
    const previous = config.secretKeyPrevious;
    const previousKey = previous === null ? null : Buffer.from(previous, 'utf8');
    const issuer = config.publicUrl ?? `http://${config.host}:${config.port}`;
    this.signedTokens = new AccessTokens(secretKey, previousKey, issuer, config.venue, this.now);
    await Promise.all([whenConnected(this.commands, onDelay), whenConnected(this.subscriber)]);
    this.credentials.whenRevoked(onRevoked);
    this.credentials.watchKeys(keysInUse);
    await this.credentials.start();
  }

  get tokens(): AccessTokens {
    if (this.signedTokens === null) throw new Error('identity has not started');
    return this.signedTokens;
  }

  authenticator(): Authenticator {
    return new Authenticator(this.credentials, this.tokens);
  }

  stop(): void {
    this.commands.disconnect();
    this.subscriber.disconnect();
  }
}
