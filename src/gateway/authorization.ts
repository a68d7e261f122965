import type { Logger } from 'pino';
import { ERROR_TABLE, type ErrorCode } from '../exchange/error-code.js';
import type { Authentication, AuthenticationResult } from '../identity/authenticator.js';
import { presentedIn } from '../identity/presented.js';
import type { Principal } from '../identity/principal.js';
import { permits, type Scope } from '../identity/scope.js';
import type { ErrorEnvelope } from './envelope.js';
import type { HttpReply, HttpRequest, Route } from './http.js';

/** Handles a request whose caller is known and may make it. */
export type AuthorizedHandler = (
  request: HttpRequest,
  principal: Principal,
) => HttpReply | Promise<HttpReply>;

/** Stands before the handlers of one API family, and turns callers away in that family's manner. */
export class Authorization {
  constructor(
    private readonly authenticate: Authentication,
    private readonly envelope: ErrorEnvelope,
    private readonly log: Logger,
  ) {}

  /** Lets callers with the scope through: 401 without a valid credential, 403 without the scope. */
  requiring(scope: Scope, handle: AuthorizedHandler): Route['handle'] {
    return async (request) => {
      const result = await this.identify(request);
      if (result === null) return this.refuse('UNAVAILABLE');
      if ('refusal' in result) {
        const { status, message } = result.refusal;
        const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
        return { status, body: this.envelope(status, message), headers };
      }
      if (!permits(result.principal.scopes, scope)) return this.refuse('FORBIDDEN');
      return handle(request, result.principal);
    };
  }

  /** Null when the credential cannot be checked now. */
  private async identify({ header, requestId }: HttpRequest): Promise<AuthenticationResult | null> {
    try {
      return await this.authenticate(presentedIn(header));
    } catch (error) {
      this.log.warn({ err: error, requestId }, 'a credential could not be checked');
      return null;
    }
  }

  private refuse(code: ErrorCode): HttpReply {
    const { status, message } = ERROR_TABLE[code];
    return { status, body: this.envelope(status, message, code) };
  }
}
