// Keeps an instrument's order book and prints its top whenever it changes, but no more than twice a second. The
// client verifies each frame; while the book cannot be trusted, nothing is printed.
//
//   node dist/examples/book.js <api key> [symbol] [url]
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Level, TradewireError } from 'tradewire-client';

const [key = '', symbol = 'BTC', url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
if (key === '') {
  console.error('usage: node dist/examples/book.js <api key> [symbol] [url]');
  process.exit(1);
}
const LEVELS = 5;
const PAUSE_MS = 500;

function line(bid: Level | undefined, ask: Level | undefined): string {
  const [bidText, askText] = [bid, ask].map((level) =>
    level === undefined ? '' : `${level[1]} @ ${level[0]}`,
  );
  return `${bidText!.padStart(24)} | ${askText}`;
}

const client = connect({ url, key });
try {
  // Changes that come during the pause are taken together.
  for await (const { bids, asks, seq, time } of client.book(symbol)) {
    console.log(`\n${symbol} at ${time}, position ${seq}`);
    for (let level = 0; level < LEVELS; level++) console.log(line(bids[level], asks[level]));
    await pause(PAUSE_MS);
  }
} catch (error) {
  if (!(error instanceof TradewireError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
  client.close();
}
