import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { AbuseLimits } from '../identity/abuse-limits.js';
import { CountedWindow } from '../identity/counted-window-redis.js';
import { Correspondence } from '../identity/mail/correspondence.js';
import { SmtpMailer } from '../identity/mail/smtp-mailer.js';
import { AddressProof } from '../identity/people/address-proof.js';
import { EmailVerification } from '../identity/people/email-verification.js';
import { Entrance, type OpenPortfolios } from '../identity/people/entrance.js';
import { LogInRenewal } from '../identity/people/log-in-renewal.js';
import { PasswordLogIn } from '../identity/people/password-log-in.js';
import { PasswordReset } from '../identity/people/password-reset.js';
import { Registration } from '../identity/people/registration.js';
import { SignUpPolicy } from '../identity/people/sign-up-policy.js';
import type { ProcessIdentity } from './process-identity.js';

export interface DoorsOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Where clients reach this server; known once it listens. */
  readonly address: () => string;
}

/** What the doors take from the exchange: its clock, how far that was moved on, and the portfolios. */
export interface DoorsExchange {
  now(): number;
  clockOffsetMs(): number;
  readonly openPortfolios: OpenPortfolios;
}

/** The ways in and out for people. Needs an identity that has started. */
export class ProcessDoors {
  readonly limits: AbuseLimits;
  readonly policy: SignUpPolicy;
  readonly entrance: Entrance;
  readonly registration: Registration;
  readonly logIn: PasswordLogIn;
  readonly renewal: LogInRenewal;
  readonly verification: EmailVerification;
  readonly reset: PasswordReset;
  readonly proof: AddressProof;
  readonly correspondence: Correspondence;
  private readonly smtp: SmtpMailer | null;

  constructor({ config, logger, address }: DoorsOptions, identity: ProcessIdentity, exchange: DoorsExchange) {
    const { users, credentials, oneTimeTokens, passwords, commands } = identity;
    const { logIns, refreshTokens, accessTokens, securityLog, outbox } = identity;
    const { now, clockOffsetMs, openPortfolios } = exchange;
    const { mailsWaitingMax } = config.limits;
    const mailTerms = { publicUrl: address, mailsWaitingMax };
    this.limits = new AbuseLimits(
      config.limits,
      (terms) => new CountedWindow(commands, config.venue, terms, clockOffsetMs),
    );
    this.policy = new SignUpPolicy(config.signupMode, config.signupWhitelist);
    this.smtp = config.smtpUrl === null ? null : new SmtpMailer(config.smtpUrl, config.mailFrom);
    this.correspondence = new Correspondence(
      this.smtp ?? outbox,
      oneTimeTokens,
      this.limits,
      mailTerms,
      securityLog,
      logger,
    );
    const { limits, policy, correspondence } = this;
    const entrance = new Entrance(users, logIns, refreshTokens, openPortfolios, securityLog);
    const { vault, administrators } = identity;
    const proof = new AddressProof(users, credentials, logIns, vault, administrators, securityLog);
    this.entrance = entrance;
    this.proof = proof;
    this.registration = new Registration(users, passwords, securityLog, now);
    this.logIn = new PasswordLogIn(users, passwords, limits, policy, entrance, securityLog);
    this.renewal = new LogInRenewal(credentials, logIns, refreshTokens, accessTokens, securityLog, now);
    this.verification = new EmailVerification(
      users,
      passwords,
      correspondence,
      oneTimeTokens,
      proof,
      entrance,
    );
    this.reset = new PasswordReset(users, passwords, correspondence, oneTimeTokens, proof, securityLog);
  }

  /** Resolves once the mails that were asked for are sent or given up; nothing may be asked for meanwhile. */
  async stop(): Promise<void> {
    await this.correspondence.settled();
    await this.smtp?.close();
  }
}
