import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

/** What the import check (.dependency-cruiser.cjs) cannot see: the text of the sources. */
interface Source {
  readonly path: string;
  /** Without comments, which may name what the code must not use. */
  readonly code: string;
  readonly lineCount: number;
}

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path): Source => {
    const text = readFileSync(join('src', path), 'utf8');
    return { path, code: withoutComments(text), lineCount: text.split('\n').length - 1 };
  });

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function pathsWhere(condition: (source: Source) => boolean): readonly string[] {
  return SOURCES.filter(condition).map((source) => source.path);
}

test('no source is longer than 300 lines', () => {
  expect(pathsWhere((source) => source.lineCount > 300)).toEqual([]);
});

test('every source is named for its concern', () => {
  const vague =
    /^(index|utils?|helpers?|common|misc|shared|types?|.*-(utils?|helpers?|manager))\.ts$|manager/;
  expect(pathsWhere((source) => vague.test(basename(source.path)))).toEqual([]);
  expect(
    SOURCES.map((source) => source.path).filter((path) => !/^[a-z0-9/-]+(\.d)?\.ts$/.test(path)),
  ).toEqual([]);
});

test('only config.ts reads the environment', () => {
  expect(pathsWhere((source) => /process\s*\.\s*env|\bimport\.meta\.env/.test(source.code))).toEqual([
    'config.ts',
  ]);
});

test('the exchange has no clock, no randomness and no waiting', () => {
  const impure =
    /\bDate\s*\.\s*now|\bnew Date\b|\bMath\s*\.\s*random|\basync\b|\bawait\b|\bprocess\b|\bset(Timeout|Interval|Immediate)\b|\bperformance\b|\bcrypto\b/;
  expect(pathsWhere(({ path, code }) => path.startsWith('exchange/') && impure.test(code))).toEqual([]);
});

test('errors are logged under the one name that the logger knows how to print', () => {
  const misnamed = /\blog(ger)?\s*\.\s*\w+\(\s*\{([^}]*,)?\s*error\b\s*[:,}]/;
  expect(pathsWhere(({ code }) => misnamed.test(code))).toEqual([]);
});

test('nothing is left unfinished', () => {
  const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)|\bas any\b/;
  const texts = SOURCES.map(({ path }) => ({ path, text: readFileSync(join('src', path), 'utf8') }));
  expect(texts.filter(({ text }) => unfinished.test(text)).map(({ path }) => path)).toEqual([]);
});
