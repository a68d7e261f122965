// Writes every private event to a file, each exactly once, whatever is killed in between: the network, the server, or
// this program itself. A line holds an event and its cursor, so one write keeps both; the next run goes on behind
// the last line that is whole.
//
//   node dist/examples/survivor.js <api key> [file] [url]
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { type Cursor, connect, type PrivateItem, TradewireError } from 'tradewire-client';

const [key = '', file = 'events.jsonl', url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
if (key === '') {
  console.error('usage: node dist/examples/survivor.js <api key> [file] [url]');
  process.exit(1);
}

/** Where the file ends, less a line that a kill broke off; null where there is nothing yet. */
function lastCursor(): Cursor | null {
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  truncateSync(file, end);
  const items = bytes.toString('utf8', 0, end).trimEnd().split('\n');
  if (items[0] === '') return null;
  const last = JSON.parse(items.at(-1)!) as PrivateItem;
  return last.type === 'GAP' ? last.since : last.cursor;
}

const client = connect({ url, key });
client.onStatus(({ state }) => console.error(state));
try {
  for await (const item of client.events(lastCursor())) {
    appendFileSync(file, `${JSON.stringify(item)}\n`);
    if (item.type === 'EVENT') console.log(item.cursor.seq, item.channel, JSON.stringify(item.data));
  }
} catch (error) {
  if (!(error instanceof TradewireError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
  client.close();
}
