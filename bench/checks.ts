import type { LoadResult } from './closed-loop.js';
import type { Target } from './raw-client.js';
import { type EventPosition, VenueSession } from './venue-session.js';

/** What must hold after a load; each sentence names something that does not. Empty: all is well. */
export type Findings = readonly string[];

/** The venue keeps at least this many private events of a portfolio for a resume. */
const KEPT_EVENTS = 10_000;

/** The position in the portfolio's private events before a load, for `checkAfterLoad`. */
export async function currentPosition(target: Target): Promise<EventPosition> {
  const { session, hello } = await VenueSession.open(target);
  session.close();
  return hello;
}

/**
 * Judges a load by what the venue says afterwards: every request was answered once, the private events that
 * can be resumed are dense up to the newest, and exactly the orders believed open are open. It ends by
 * cancelling them, so that the next load starts from nothing.
 */
export async function checkAfterLoad(
  target: Target,
  before: EventPosition,
  load: LoadResult,
): Promise<Findings> {
  const findings = answerFindings(load);
  const { session, hello: position } = await VenueSession.open(target);
  if (position.epoch !== before.epoch) findings.push(`the epoch changed to ${position.epoch}`);
  const from = Math.max(before.seq, position.seq - KEPT_EVENTS);
  await session.follow({ epoch: position.epoch, seq: from });
  if (session.gaps > 0) findings.push(`${session.gaps} gaps in the private events after ${from}`);
  if (session.lastSeq !== position.seq) {
    findings.push(`the resume ended at event ${session.lastSeq} instead of ${position.seq}`);
  }
  const { canceled } = (await session.request('order.cancelAll', {})) as { canceled: number };
  if (canceled !== load.openOrders) {
    findings.push(`${canceled} orders were open, ${load.openOrders} were acknowledged as open`);
  }
  session.close();
  return findings;
}

function answerFindings(load: LoadResult): string[] {
  const findings: string[] = [];
  if (load.answered === 0) findings.push('nothing was answered');
  if (load.refused > 0)
    findings.push(`${load.refused} requests were refused, first with ${load.firstRefusal}`);
  if (load.unexpected > 0) findings.push(`${load.unexpected} answers came to no request in flight`);
  if (load.unanswered > 0) findings.push(`${load.unanswered} requests were never answered`);
  return findings;
}
