import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withSettings } from '../scripts/settings-table.mjs';
import { allowedValues, readConfig } from '../src/config.js';
import { LIMITS } from '../src/limits.js';
import { SETTINGS } from '../src/settings.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  const result = readConfig(environment);
  return result.ok ? [] : result.problems;
}

describe('the configuration', () => {
  test('needs nothing, and is then that of one developer’s machine', () => {
    expect(readConfig({})).toMatchObject({
      ok: true,
      config: {
        host: '127.0.0.1',
        port: 8080,
        redisUrl: null,
        redisFsync: 'always',
        venue: 'main',
        gateways: 1,
        market: 'synthetic',
        seed: 1,
        demoKey: null,
        demoPlan: 'unlimited',
        bookIntervalMs: 10,
        sandbox: false,
        corsOrigins: [],
        logLevel: 'info',
        limits: { frameBytesMax: 65_536, bodyBytesMax: 1_048_576, eventBytesMax: 268_435_456 },
      },
    });
  });

  test('turns text into numbers, flags and lists', () => {
    const environment = {
      PORT: '0',
      SANDBOX: '1',
      TRUST_PROXY: '0',
      CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      FRAME_BYTES_MAX: '2048',
    };
    expect(readConfig(environment)).toMatchObject({
      ok: true,
      config: {
        port: 0,
        sandbox: true,
        trustProxy: false,
        corsOrigins: ['https://a.example', 'http://localhost:3000'],
        limits: { frameBytesMax: 2048 },
      },
    });
  });

  test('takes an empty variable for an absent one', () => {
    expect(readConfig({ REDIS_URL: '', PORT: '' })).toMatchObject({
      ok: true,
      config: { redisUrl: null, port: 8080 },
    });
  });

  test.each([
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535, not "70000"'],
    [{ PORT: '80.5' }, 'PORT must be a whole number from 0 to 65535, not "80.5"'],
    [{ MARKET: 'live' }, 'MARKET must be synthetic or sandbox, not "live"'],
    [{ REDIS_FSYNC: 'no' }, 'REDIS_FSYNC must be always or everysec, not "no"'],
    [{ SANDBOX: 'yes' }, 'SANDBOX must be 0 or 1, not "yes"'],
    [{ VENUE: '{a}' }, 'VENUE must be 1 to 64 letters, digits, "-" or "_", not "{a}"'],
    [
      { CORS_ORIGINS: 'https://a.example,*' },
      'CORS_ORIGINS must be exact origins such as https://app.example.com, separated by commas, not "https://a.example,*"',
    ],
    [
      { IDLE_TIMEOUT_MS: '961000' },
      'IDLE_TIMEOUT_MS must be a whole number from 8000 to 960000, not "961000"',
    ],
    [{ IDLE_TIMEOUT_MS: '8000' }, 'HEARTBEAT_MS must be less than IDLE_TIMEOUT_MS, not 30000 and 8000'],
    [
      { FRAME_BYTES_MAX: '262144' },
      'FRAME_BYTES_MAX must be less than FRAME_READ_BYTES_MAX, not 262144 and 262144',
    ],
    [
      { BODY_BYTES_MAX: '16777216' },
      'BODY_BYTES_MAX must be less than ADDRESS_BODIES_BYTES_MAX, not 16777216 and 16777216',
    ],
  ])('refuses %o in one line', (environment, line) => {
    expect(problemsOf(environment)).toEqual([line]);
  });

  test('names everything that is wrong at once', () => {
    expect(problemsOf({ PORT: 'x', GATEWAYS: '0', BODY_BYTES_MAX: '-1' })).toHaveLength(3);
  });

  test.each(['DEMO_KEY', 'SECRET_KEY', 'REDIS_URL'])('never shows the value of %s', (name) => {
    const [line] = problemsOf({ [name]: 'hunter2' });
    expect(line).toContain(`${name} must be `);
    expect(line).not.toContain('hunter2');
  });

  test('is what the README says', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toContain('<!-- settings -->');
    expect(withSettings(readme, SETTINGS, LIMITS, allowedValues)).toBe(readme);
  });
});
