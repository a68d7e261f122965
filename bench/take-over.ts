import type { GatewayFleet } from './gateway-fleet.js';
import { inTime } from './in-time.js';
import { RawClient, type RawClientListener, type Target } from './raw-client.js';
import type { RoleWatch } from './role-watch-redis.js';
import { VenueSession } from './venue-session.js';

/** How long a venue was without its roles, from the kill of the process that had them on. */
export interface TakeOver {
  /** Until the market of the next holder moves. */
  readonly marketMs: number;
  /** Until something that happened after the kill was archived. */
  readonly archiveMs: number;
}

/** Kills the process that has the market and the archive, and sees both go on in the other one. */
export async function takeOver(fleet: GatewayFleet, watch: RoleWatch): Promise<TakeOver> {
  const [victim, survivor] = fleet.targets;
  const [market, archive] = await Promise.all([watch.holder('market'), watch.holder('archive')]);
  await watch.archived(Date.now());
  const book = await MarketMoves.open(survivor!);
  const { session } = await VenueSession.open(victim!);
  const kill = await fleet.killerOf(session.localPort);
  const killedAtMs = performance.now();
  const killedAt = Date.now();
  const sinceKillMs = () => performance.now() - killedAtMs;
  kill();
  const [marketMs, archiveMs] = await Promise.all([
    watch
      .movedFrom('market', market)
      .then(() => inTime('the market to move', book.next()))
      .then(sinceKillMs),
    watch
      .movedFrom('archive', archive)
      .then(() => watch.archived(killedAt))
      .then(sinceKillMs),
  ]);
  book.close();
  return { marketMs, archiveMs };
}

/** Hears each change of a book. */
class MarketMoves implements RawClientListener {
  private client: RawClient | null = null;
  private onMove: (() => void) | null = null;

  static async open(target: Target): Promise<MarketMoves> {
    const moves = new MarketMoves();
    moves.client = await RawClient.open(target, moves);
    moves.client.send('{"id":1,"method":"session.subscribe","params":{"channels":["book:BTC"]}}');
    moves.client.flush();
    await inTime('the book', moves.next());
    return moves;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.onMove = resolve;
    });
  }

  onText(bytes: Buffer, start: number, end: number): void {
    if (bytes.toString('latin1', start, Math.min(end, start + 20)).startsWith('{"channel":"book:'))
      this.onMove?.();
  }

  onClose(): void {}

  close(): void {
    this.client?.close();
  }
}
