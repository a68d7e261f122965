import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { Authenticator } from '../identity/credentials/authenticator.js';
import { CredentialStore } from '../identity/credentials/credentials-redis.js';
import { KeyDesk } from '../identity/credentials/key-desk.js';
import { RefreshTokens } from '../identity/credentials/refresh-tokens-redis.js';
import { AccessTokens } from '../identity/credentials/tokens.js';
import { UsedAssertions } from '../identity/credentials/used-assertions-redis.js';
import { IdentityChanges } from '../identity/identity-changes-redis.js';
import { Outbox } from '../identity/mail/outbox-redis.js';
import { LogIns } from '../identity/people/log-ins.js';
import { OneTimeTokens } from '../identity/people/one-time-tokens-redis.js';
import { Passwords } from '../identity/people/passwords.js';
import { Administrators } from '../identity/people/user.js';
import { UserStore } from '../identity/people/users-redis.js';
import type { SecretKeys } from '../identity/secrets/derived-key.js';
import { ExchangeVault } from '../identity/secrets/exchange-vault-redis.js';
import { loadSecretKey } from '../identity/secrets/secret-key.js';
import { SecurityLog } from '../identity/security-log.js';
import { connectRedis, whenConnected } from '../journal/connection-redis.js';

export interface IdentityOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Redis has kept the start waiting for some seconds; the reason is for people. */
  readonly onDelay: (reason: string) => void;
}

/** What needs the venue's secret keys, which are read when the process starts. */
interface Keyed {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly logIns: LogIns;
  readonly authenticator: Authenticator;
  readonly securityLog: SecurityLog;
  readonly outbox: Outbox;
  readonly keyDesk: KeyDesk;
  readonly vault: ExchangeVault;
}

/** The parts of identity that a gateway needs, on connections of their own. */
export class ProcessIdentity {
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly oneTimeTokens: OneTimeTokens;
  readonly usedAssertions: UsedAssertions;
  readonly passwords: Passwords;
  readonly administrators: Administrators;
  readonly changes: IdentityChanges;
  /** For the stores of other parts; its commands time out, and are refused while Redis is away. */
  readonly commands;
  private readonly subscriber;
  private keyed: Keyed | null = null;

  /** `now` is the exchange's clock, which the lifetimes of tokens follow. */
  constructor(
    private readonly options: IdentityOptions,
    private readonly now: () => number,
  ) {
    const { redisUrl, config, logger } = options;
    const { venue } = config;
    this.commands = connectRedis(redisUrl, 'identity', logger);
    this.subscriber = connectRedis(redisUrl, 'credentials', logger);
    this.changes = new IdentityChanges(this.commands, this.subscriber, venue, logger);
    this.users = new UserStore(this.commands, this.changes, venue);
    this.credentials = new CredentialStore(this.commands, this.users, this.changes, venue, logger);
    this.oneTimeTokens = new OneTimeTokens(this.commands, venue, now);
    this.usedAssertions = new UsedAssertions(this.commands, venue);
    this.passwords = new Passwords(config.limits);
    this.administrators = new Administrators(config.adminEmails);
  }

  /** The address that clients use: the issuer of tokens. */
  get issuer(): string {
    const { publicUrl, host, port } = this.options.config;
    return publicUrl ?? `http://${host}:${port}`;
  }

  /**
   * Resolves once credentials can be looked up. `onRevoked` is told of every credential that ends; of those that
   * `keysInUse` names also when it was not heard at the time.
   */
  async start(onRevoked: (keyId: string) => void, keysInUse: () => Iterable<string>): Promise<void> {
    const { config, dataDirectory, onDelay } = this.options;
    const present = await loadSecretKey(config.secretKey, dataDirectory);
    const previous = config.secretKeyPrevious === null ? null : Buffer.from(config.secretKeyPrevious, 'utf8');
    this.keyed = this.withKeys({ present, previous });
    await Promise.all([whenConnected(this.commands, onDelay), whenConnected(this.subscriber)]);
    this.credentials.whenRevoked(onRevoked);
    this.credentials.watchKeys(keysInUse);
    await this.changes.start();
  }

  get accessTokens(): AccessTokens {
    return this.started.accessTokens;
  }

  get refreshTokens(): RefreshTokens {
    return this.started.refreshTokens;
  }

  get logIns(): LogIns {
    return this.started.logIns;
  }

  get authenticator(): Authenticator {
    return this.started.authenticator;
  }

  get securityLog(): SecurityLog {
    return this.started.securityLog;
  }

  get outbox(): Outbox {
    return this.started.outbox;
  }

  get keyDesk(): KeyDesk {
    return this.started.keyDesk;
  }

  get vault(): ExchangeVault {
    return this.started.vault;
  }

  stop(): void {
    this.commands.disconnect();
    this.subscriber.disconnect();
  }

  private withKeys(keys: SecretKeys): Keyed {
    const { credentials, administrators, now } = this;
    const { config, logger } = this.options;
    const { venue } = config;
    const accessTokens = new AccessTokens(keys, this.issuer, venue, now);
    const securityLog = new SecurityLog(logger, keys, venue);
    return {
      accessTokens,
      refreshTokens: new RefreshTokens(this.commands, keys, venue, now),
      logIns: new LogIns(credentials, accessTokens, administrators, now),
      authenticator: new Authenticator(credentials, accessTokens, administrators, now),
      securityLog,
      outbox: new Outbox(this.commands, keys, venue, now, logger),
      keyDesk: new KeyDesk(credentials, securityLog, now),
      vault: new ExchangeVault(this.commands, keys, venue, now, securityLog, logger),
    };
  }

  private get started(): Keyed {
    if (this.keyed === null) throw new Error('identity has not started');
    return this.keyed;
  }
}
