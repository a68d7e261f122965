import { expect, test } from 'vitest';
import { clientAddress } from '../../src/gateway/address.js';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['0000:0000:0000:0000:0000:ffff:c000:0201', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:0db8:0000:0001:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, counted) => {
  expect(clientAddress(address, '', false)).toBe(counted);
});

test('what a client claims in X-Forwarded-For counts for nothing', () => {
  expect(clientAddress('192.0.2.1', '10.0.0.1', false)).toBe('192.0.2.1');
  expect(clientAddress('127.0.0.1', '10.0.0.1, 192.0.2.9', true)).toBe('192.0.2.9');
  expect(clientAddress('127.0.0.1', '', true)).toBe('127.0.0.1');
});

test.each([
  ['192.0.2.9:4321', '192.0.2.9'],
  ['[2001:db8:0:1::1]:4321', '2001:db8:0:1::/64'],
  ['[2001:db8:0:1::1]', '2001:db8:0:1::/64'],
  ['[::ffff:192.0.2.9]:1', '192.0.2.9'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
])('%s of a proxy counts as %s', (forwarded, counted) => {
  expect(clientAddress('127.0.0.1', `10.0.0.1, ${forwarded}`, true)).toBe(counted);
});
