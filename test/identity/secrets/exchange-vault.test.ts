import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExchangeVault } from '../../../src/identity/secrets/exchange-vault-redis.js';
import { connectTestRedis } from '../fresh-credentials.js';
import { CALLER, silentSecurityLog } from '../security-events.js';

const KEY = Buffer.from('the secret key of today, 32 bytes');
const OLD_KEY = Buffer.from('the secret key of before, 32 bytes');
const CREDENTIALS = { privateKey: '0xdeadbeef', funder: 'not for others' };
const USER = 'user-1';

let commands: Redis;
let venue: string;
let nowMs: number;
let lines: string[];

beforeEach(async () => {
  commands = await connectTestRedis();
  venue = `t-${randomUUID()}`;
  nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  lines = [];
});
afterEach(() => commands.disconnect());

function openVault(present = KEY, previous: Uint8Array | null = null): ExchangeVault {
  const log = pino({}, { write: (line: string) => lines.push(line) });
  return new ExchangeVault(commands, { present, previous }, venue, () => nowMs, silentSecurityLog(), log);
}

function nameOf(userId: string): string {
  return `{tw:${venue}}:exchange-credentials:${userId}`;
}

test('credentials are found by who stored them, and listed without themselves', async () => {
  const vault = openVault();
  await vault.put(USER, CALLER, 'polymarket', CREDENTIALS);
  expect(await vault.hasCredentials(USER, 'polymarket')).toBe(true);
  expect(await vault.hasCredentials(USER, 'kalshi')).toBe(false);
  expect(await vault.hasCredentials('user-2', 'polymarket')).toBe(false);
  nowMs += 1_000;
  await vault.put(USER, CALLER, 'polymarket', { apiKey: 'another' });
  expect(await vault.open(USER, 'polymarket')).toEqual({ apiKey: 'another' });
  const createdAt = '2026-01-01T00:00:00.000Z';
  const updatedAt = '2026-01-01T00:00:01.000Z';
  expect(await vault.list(USER)).toEqual([{ exchange: 'polymarket', createdAt, updatedAt }]);
  expect(await vault.delete(USER, CALLER, 'polymarket')).toBe(true);
  expect(await vault.delete(USER, CALLER, 'polymarket')).toBe(false);
  expect(await vault.list(USER)).toEqual([]);
  expect(await commands.exists(nameOf(USER))).toBe(0);
});

test('nothing of them is in Redis in clear, not even their names', async () => {
  await openVault().put(USER, CALLER, 'polymarket', CREDENTIALS);
  const kept = JSON.stringify(await commands.hgetall(nameOf(USER)));
  for (const text of [...Object.keys(CREDENTIALS), ...Object.values(CREDENTIALS)]) {
    expect(kept).not.toContain(text);
    expect(kept).not.toContain(Buffer.from(text).toString('base64url'));
  }
});

test('a record that was moved or altered counts as none, and is logged without what is in it', async () => {
  const vault = openVault();
  await vault.put(USER, CALLER, 'polymarket', CREDENTIALS);
  const record = (await commands.hget(nameOf(USER), 'polymarket'))!;
  await commands.hset(nameOf('user-2'), 'polymarket', record);
  await commands.hset(nameOf(USER), 'kalshi', record);
  expect(await vault.hasCredentials('user-2', 'polymarket')).toBe(false);
  expect(await vault.hasCredentials(USER, 'kalshi')).toBe(false);
  expect(await vault.hasCredentials(USER, 'polymarket')).toBe(true);
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toContain(JSON.parse(record).text);
});

test('what is under the key before the rotation is sealed anew when it is read', async () => {
  await openVault(OLD_KEY).put(USER, CALLER, 'polymarket', CREDENTIALS);
  const before = (await commands.hget(nameOf(USER), 'polymarket'))!;
  expect(await openVault().hasCredentials(USER, 'polymarket')).toBe(false);
  nowMs += 1_000;
  expect(await openVault(KEY, OLD_KEY).open(USER, 'polymarket')).toEqual(CREDENTIALS);
  const after = (await commands.hget(nameOf(USER), 'polymarket'))!;
  expect(JSON.parse(after).keyId).not.toBe(JSON.parse(before).keyId);
  expect(await openVault().open(USER, 'polymarket')).toEqual(CREDENTIALS);
  const [entry] = await openVault().list(USER);
  expect(entry!.updatedAt).toBe('2026-01-01T00:00:00.000Z');
});

test('sealing anew brings back nothing that was replaced or deleted meanwhile', async () => {
  const rotated = openVault(KEY, OLD_KEY);
  for (const exchange of ['polymarket', 'kalshi'] as const) {
    await openVault(OLD_KEY).put(USER, CALLER, exchange, CREDENTIALS);
  }
  await Promise.all([
    rotated.open(USER, 'polymarket'),
    rotated.put(USER, CALLER, 'polymarket', { apiKey: 'newer' }),
    rotated.open(USER, 'kalshi'),
    rotated.delete(USER, CALLER, 'kalshi'),
  ]);
  expect(await rotated.open(USER, 'polymarket')).toEqual({ apiKey: 'newer' });
  expect(await rotated.open(USER, 'kalshi')).toBeNull();
});
