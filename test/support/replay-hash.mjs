// Replays a venue's journal from its beginning to an entry in a process of its own; prints the state's hash.
import { pino } from 'pino';
import { stateHash } from '../../dist/src/exchange/codec/state-hash.js';
import { Exchange } from '../../dist/src/exchange/exchange.js';
import { BEGINNING } from '../../dist/src/journal/journal.js';
import { RedisJournal } from '../../dist/src/journal/journal-redis.js';
import { replay } from '../../dist/src/journal/replay.js';

const [url, venue, until] = process.argv.slice(2);
const nobody = new Proxy({}, { get: () => () => undefined });
const journal = new RedisJournal(url, venue, pino({ level: 'silent' }));
await journal.whenConnected();
const exchange = new Exchange(nobody);
await replay(journal, exchange, BEGINNING, until);
process.stdout.write(`${stateHash(exchange)}\n`);
journal.close();
