import { expect, test } from 'vitest';
import { withErrors } from '../../scripts/errors-table.mjs';
import { ERROR_CODES, ERROR_TABLE } from '../../src/exchange/error-code.js';
import { readPage } from './markdown.js';

const PAGE = readPage('docs/errors.md');

test('the page has the codes of the table', () => {
  expect(PAGE).toContain('<!-- errors -->');
  expect(withErrors(PAGE, ERROR_TABLE)).toBe(PAGE);
});

test('no page names a code that does not exist', () => {
  const named = [...PAGE.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code);
  const others = new Set(['REJECTED']);
  expect(named.filter((code) => !ERROR_CODES.some((known) => known === code) && !others.has(code!))).toEqual(
    [],
  );
});
