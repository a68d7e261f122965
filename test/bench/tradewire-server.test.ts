import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { TradewireServer } from '../../bench/tradewire-server.js';

test('a bench keeps away from the venue that the shell’s settings name', async () => {
  vi.stubEnv('REDIS_URL', process.env['TEST_REDIS_URL']);
  vi.stubEnv('GATEWAYS', '3');
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await TradewireServer.start('always');
  onTestFinished(() => server.stop());
  expect(existsSync(join(server.directory, 'data', 'redis.sock'))).toBe(true);
});
