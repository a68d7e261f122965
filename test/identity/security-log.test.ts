import { pino } from 'pino';
import { expect, test } from 'vitest';
import { SecurityLog } from '../../src/identity/security-log.js';
import { CALLER } from './security-events.js';

function openLog() {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const present = Buffer.from('a secret key of thirty-two bytes');
  return { lines, log: new SecurityLog(log, { present, previous: null }, 'main') };
}

test('an event is one line with its name, who it is about, and where it came from', () => {
  const { lines, log } = openLog();
  log.note('logged_in', CALLER, { userId: 'u-1', door: 'papi' });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 30, event: 'logged_in', userId: 'u-1', door: 'papi', address: '192.0.2.1', requestId: 'r-1' },
  ]);
});

test('an e-mail address is only a tag, the same for the same address', () => {
  const { lines, log } = openLog();
  for (const email of ['ada@example.com', 'ada@example.com', 'bob@example.com']) {
    log.note('log_in_failed', CALLER, { email });
  }
  const tags = lines.map((line) => (JSON.parse(line) as { emailTag: string }).emailTag);
  expect(tags[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(tags[1]).toBe(tags[0]);
  expect(tags[2]).not.toBe(tags[0]);
  expect(lines.join()).not.toContain('example.com');
});
