import { expect, test } from 'vitest';
import { ownOrigins, ownUrl } from '../../src/process/own-address.js';

test.each([
  [{ host: '127.0.0.1', publicUrl: null }, 'http://127.0.0.1:80'],
  [{ host: '::1', publicUrl: null }, 'http://[::1]:80'],
  [{ host: '0.0.0.0', publicUrl: 'https://a.example/at' }, 'https://a.example/at'],
])('%o is reached there', (place, url) => {
  expect(ownUrl(place, 80)).toBe(url);
});

test('its own pages are those of the public address, of where it listens, and of the same machine', () => {
  const publicUrl = 'https://A.example:443/at';
  const local = ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'];
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '::']) {
    expect(ownOrigins({ host, publicUrl }, 8080)).toEqual(
      expect.arrayContaining([...local, 'https://a.example']),
    );
  }
  expect(ownOrigins({ host: '192.0.2.7', publicUrl: null }, 8080)).toEqual(['http://192.0.2.7:8080']);
});
