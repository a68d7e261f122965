import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SERVER_ERROR_CODES } from '../../packages/tradewire-client/src/error.js';
import { METHOD_SPECS } from '../../src/api/stream/specs/method-specs.js';
import { ERROR_CODES } from '../../src/exchange/error-code.js';

const SOURCES = new URL('../../packages/tradewire-client/src/', import.meta.url);
const METHOD_NAME = /'(ping|[a-z]+\.[a-zA-Z]+)'/g;

test('the client knows every error code of the server, and no other', () => {
  expect([...SERVER_ERROR_CODES].sort()).toEqual([...ERROR_CODES].sort());
});

test('the client calls every method of the server, and no other', () => {
  const called = new Set<string>();
  for (const file of readdirSync(SOURCES)) {
    const code = readFileSync(new URL(file, SOURCES), 'utf8');
    for (const [, name] of code.matchAll(METHOD_NAME)) called.add(name!);
  }
  expect([...called].sort()).toEqual(Object.keys(METHOD_SPECS).sort());
});
