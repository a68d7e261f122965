import { expect, test } from 'vitest';
import type { Millis } from '../../src/exchange/units.js';
import { AddressLimits } from '../../src/gateway/address-limits.js';
import { standingHeaders } from '../../src/gateway/charging/rate-limit-text.js';

let nowMs = 1_700_000_000_000;

function addressLimits(): AddressLimits {
  return new AddressLimits({
    now: () => nowMs as Millis,
    publicRequestsMax: 100,
    unauthenticatedRequestsMax: 50,
    handshakesPerAddressMax: 10,
  });
}

test('each address counts by itself, and each of its limits', () => {
  const limits = addressLimits();
  for (let count = 0; count < 100; count++) expect(limits.chargePublic('1.2.3.4').isRefused).toBe(false);
  expect(limits.chargePublic('1.2.3.4')).toEqual({
    limit: 100,
    remaining: 0,
    resetTime: 60,
    isRefused: true,
  });
  expect(limits.chargePublic('1.2.3.5')).toMatchObject({ isRefused: false, remaining: 99 });
  expect(limits.chargeUnauthenticated('1.2.3.4')).toMatchObject({ limit: 50, remaining: 49 });
  expect(limits.chargeHandshake('1.2.3.4')).toMatchObject({ limit: 10, remaining: 9 });
});

test('the sandbox may move the clock far on, and a rebuilt exchange may set it back', () => {
  const limits = addressLimits();
  const exhaust = () => {
    for (let count = 0; count < 10; count++) expect(limits.chargeHandshake('1.2.3.4').isRefused).toBe(false);
  };
  exhaust();
  nowMs += 10 * 365 * 24 * 60 * 60 * 1_000;
  exhaust();
  nowMs -= 1_000;
  expect(limits.chargeHandshake('1.2.3.4').isRefused).toBe(true);
  nowMs -= 3_600_000;
  exhaust();
});

test('the headers tell seconds from now, or of the epoch', () => {
  nowMs = 1_700_000_000_000;
  const limits = addressLimits();
  for (let count = 0; count < 10; count++) limits.chargeHandshake('1.2.3.4');
  const refused = limits.chargeHandshake('1.2.3.4');
  expect(standingHeaders(refused)).toEqual({
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '60',
    'retry-after': '60',
  });
  expect(standingHeaders(refused, limits.nowS)['x-ratelimit-reset']).toBe('1700000060');
});
