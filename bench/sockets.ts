// What idle and slow clients cost, printed: `node dist/bench/sockets.js [--small]` after `npm run build`.
import { parseArgs } from 'node:util';
import { bystanderLines } from './bystander-report.js';
import { GarbageCollection } from './collected-garbage.js';
import { benchIdleConnections } from './idle-connections.js';
import { IDLE_BYTES_MAX, verdictOnMost } from './promises.js';
import { quoteMarket } from './quoted-market.js';
import { line, title, verdictLine, whole } from './report.js';
import { benchSlowReaders } from './slow-readers.js';
import { TradewireServer } from './tradewire-server.js';

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
const CONNECTIONS = values.small ? 500 : 10_000;
const READERS = values.small ? [1, 20] : [1, 10, 1_000];
/** The frames of a moving book for more of them take cores, not patience: that is told, not judged. */
const JUDGED_READERS_MAX = 10;
const ORDERS = values.small ? 100 : 500;
const ROUNDS = values.small ? 2 : 9;
/** What is told only needs fewer. */
const TOLD_ROUNDS = values.small ? 1 : 3;
const FILL_MS = values.small ? 500 : 2_000;
const WAITING_BYTES_MAX = 256 * 1_024 * 1_024;
const SETTINGS = {
  SESSIONS_PER_KEY_MAX: '20000',
  HEARTBEAT_MS: '480000',
  IDLE_TIMEOUT_MS: '960000',
  BOOK_INTERVAL_MS: '0',
  // Else they would all be closed after ten seconds, one after the other, and never be many.
  WAITING_MS_MAX: '600000',
  WAITING_TOTAL_BYTES_MAX: String(WAITING_BYTES_MAX),
};

const garbage = await GarbageCollection.prepare();
const venue = await TradewireServer.start('everysec', { ...SETTINGS, ...garbage.settings });
try {
  await quoteMarket(venue.target);
  const idle = await benchIdleConnections(venue.target, CONNECTIONS, () => garbage.collect());
  title(`${whole(idle.connections)} idle connections`);
  line('resident memory each, bytes', whole(idle.bytesEach).padStart(10));
  line('of it on the heap, bytes', whole(idle.heapBytesEach).padStart(10));
  // A few of them may fit into pages that the process has anyway, so these are judged by the heap alone.
  const judged = values.small ? idle.heapBytesEach : idle.bytesEach;
  verdictLine(`at most ${whole(IDLE_BYTES_MAX)}`, verdictOnMost(judged, IDLE_BYTES_MAX));
  for (const readers of READERS) await slowReaders(readers);
} finally {
  await venue.stop();
}

async function slowReaders(readers: number): Promise<void> {
  const isJudged = readers <= JUDGED_READERS_MAX;
  const rounds = isJudged ? ROUNDS : TOLD_ROUNDS;
  const options = { target: venue.target, readers, orders: ORDERS, rounds, fillMs: FILL_MS };
  const { alone, beside, most } = await benchSlowReaders(options);
  title(`A bystander beside ${whole(readers)} readers of a byte a second`);
  bystanderLines(alone, beside, isJudged);
  line('waiting in the process at most, bytes', whole(most.waitingBytes).padStart(12));
  verdictLine(`at most ${whole(WAITING_BYTES_MAX)}`, verdictOnMost(most.waitingBytes, WAITING_BYTES_MAX));
  line('resident memory then, bytes', whole(most.residentBytes).padStart(12));
}
