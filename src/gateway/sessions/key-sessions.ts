import { CLOSE } from './close-code.js';
import type { Session } from './session.js';

/**
 * The sessions of each key, the oldest first. One more than a key may have takes the place of the oldest: so a client is
 * never locked out by connections that it lost and this gateway does not know to be dead yet.
 */
export class KeySessions {
  private readonly byKey = new Map<string, Set<Session>>();

  constructor(private readonly countMax: number) {}

  enter(session: Session): void {
    const { keyId } = session.principal;
    const known = this.byKey.get(keyId);
    const sessions = known ?? new Set<Session>();
    if (known === undefined) this.byKey.set(keyId, sessions);
    sessions.add(session);
    if (sessions.size <= this.countMax) return;
    const [oldest] = sessions;
    oldest!.flush();
    oldest!.close(CLOSE.REPLACED, 'a newer session of the key has taken the place of this one');
    // One that does not read cannot be told, and would keep its place.
    oldest!.abandon();
  }

  /** The transport of a session is gone: one whose last frames are still held for its client takes a place. */
  leave(session: Session): void {
    const { keyId } = session.principal;
    const sessions = this.byKey.get(keyId)!;
    sessions.delete(session);
    if (sessions.size === 0) this.byKey.delete(keyId);
  }
}
