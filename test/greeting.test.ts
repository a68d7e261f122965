import { expect, test } from 'vitest';
import { greeting } from '../src/greeting.js';
import type { StartedGateway } from '../src/process/gateway-process.js';
import { newUser } from './identity/fresh-credentials.js';

const STARTED: StartedGateway = { port: 8080, demoUser: { user: newUser(), key: 'the-key' } };
const LISTENING = 'listening on http://127.0.0.1:8080';

test('shows the key, and how to try it', () => {
  expect(greeting({ host: '127.0.0.1', nodeEnv: 'development' }, STARTED, 'node maker.js')).toEqual([
    LISTENING,
    'api key: the-key',
    'try: node maker.js the-key BTC ws://127.0.0.1:8080/v1/ws',
  ]);
});

test('does not propose an example that is not there', () => {
  const lines = greeting({ host: '::1', nodeEnv: 'development' }, STARTED, null);
  expect(lines).toEqual(['listening on http://[::1]:8080', 'api key: the-key']);
});

test('keeps the key of a production venue out of the logs', () => {
  expect(greeting({ host: '127.0.0.1', nodeEnv: 'production' }, STARTED, 'node maker.js')).toEqual([
    LISTENING,
  ]);
});

test('names no key where there is no demo user', () => {
  const started = { ...STARTED, demoUser: null };
  expect(greeting({ host: '127.0.0.1', nodeEnv: 'development' }, started, 'node maker.js')).toEqual([
    LISTENING,
  ]);
});
