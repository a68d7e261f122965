import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';

const RECOVERY = fileURLToPath(new URL('../../dist/examples/recovery.test.js', import.meta.url));

test('the test of a bot’s recovery passes, as its developer runs it', async () => {
  const tradewire = await Tradewire.start();
  try {
    const env = { PATH: process.env['PATH'], TRADEWIRE: tradewire.url, KEY: tradewire.apiKey };
    const { stdout } = await promisify(execFile)(process.execPath, ['--test', RECOVERY], { env });
    expect(stdout).toMatch(/pass 1\n/);
  } finally {
    await tradewire.stop();
  }
});
