import type { PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { Cursor, PrivateHistory } from '../../gateway/channels/private-history.js';
import type { EventEncoder } from '../../gateway/frames/event-stream.js';
import type { HttpReply, HttpRequest } from '../../gateway/http/http.js';
import type { Session } from '../../gateway/sessions/session.js';
import { actingOn } from '../../gateway/sessions/session-principal.js';
import type { Venue } from '../../gateway/venue.js';
import { askedPortfolio, askerOf, type EventsCall } from './asked-portfolio.js';
import { isRefusal } from './order-intake.js';
import { errorReply, validationReply } from './reply.js';

/** What speaks over sessions of server-sent events. */
export interface EventSessions {
  /**
   * Begins a session that cannot ask for anything: it gets these channels of a portfolio, after a position or with
   * the present state.
   */
  beginEvents(
    session: Session,
    account: Account,
    channels: readonly PrivateChannel[],
    since: number | null,
  ): void;
}

/** What server-sent events are as a type of content. */
export const EVENT_STREAM_TYPE = 'text/event-stream';

const EVENT_STREAM = /(^|,)\s*text\/event-stream\s*(;|,|$)/i;
const LAST_EVENT_ID = /^([0-9A-Za-z-]{1,64}):(\d{1,15})$/;
const LAST_EVENT_ID_FAULT = 'last-event-id must be the id of an event of this stream: <epoch>:<seq>';

/** True where a client wants server-sent events, as browsers say it. */
export function wantsEvents({ method, header }: HttpRequest): boolean {
  return method === 'GET' && EVENT_STREAM.test(header('accept'));
}

/**
 * Answers with a stream of private channels: after the position that the request names, exactly, or with the present
 * state. A position that is not one to go on from is refused before the stream begins.
 */
export async function eventStreamReply(
  venue: Venue,
  history: PrivateHistory,
  sessions: EventSessions,
  call: EventsCall,
  channels: readonly PrivateChannel[],
  encoderFrom: (seq: number | null) => EventEncoder,
): Promise<HttpReply> {
  const account = askedPortfolio(venue, history, call);
  if (isRefusal(account)) return errorReply(account.error);
  const cursor = askedCursor(call);
  if (cursor === 'UNREADABLE') {
    const lastEventId = call.request.header('last-event-id');
    return validationReply({ 'last-event-id': [LAST_EVENT_ID_FAULT] }, lastEventId);
  }
  const { epoch } = call.query;
  // Whoever names a history means that one, even where it wants only what comes from now on.
  const known = cursor ?? (epoch === undefined ? null : { epoch, seq: account.seq });
  const refusal = known === null ? null : await history.refusalOf(account, known, askerOf(call));
  if (refusal !== null) return errorReply(refusal.error, 'details' in refusal ? refusal.details : undefined);
  const since = cursor?.seq ?? null;
  return {
    status: 200,
    body: null,
    events: {
      principal: actingOn(call.principal, account.portfolioId),
      encoder: encoderFrom(since),
      opened: (session) => sessions.beginEvents(session, account, channels, since),
    },
  };
}

/**
 * The position that a request names; null where it names none. The header wins, since a browser that reconnects
 * repeats the address that it began with.
 */
function askedCursor({ request, query: { since, epoch } }: EventsCall): Cursor | 'UNREADABLE' | null {
  const lastEventId = request.header('last-event-id');
  if (lastEventId === '') return since === undefined ? null : { epoch, seq: since };
  const [, itsEpoch, seq] = LAST_EVENT_ID.exec(lastEventId) ?? [];
  return itsEpoch === undefined ? 'UNREADABLE' : { epoch: itsEpoch, seq: Number(seq) };
}
