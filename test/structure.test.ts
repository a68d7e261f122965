import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

/** What the import check (.dependency-cruiser.cjs) cannot see: the text of the sources. */
interface Source {
  readonly path: string;
  readonly text: string;
  /** Without comments, which may name what the code must not use. */
  readonly code: string;
  readonly lineCount: number;
}

const CLIENT = 'packages/tradewire-client/src';
const SOURCES = [...sourcesIn('src'), ...sourcesIn(CLIENT)];

function sourcesIn(folder: string): readonly Source[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.ts'))
    .map((path): Source => {
      const text = readFileSync(join(folder, path), 'utf8');
      return {
        path: join(folder, path),
        text,
        code: withoutComments(text),
        lineCount: text.split('\n').length - 1,
      };
    });
}

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
    'src/config.ts',
  ]);
});

test('the exchange has no clock, no randomness and no waiting', () => {
  const impure =
    /\bDate\s*\.\s*now|\bnew Date\b|\bMath\s*\.\s*random|\basync\b|\bawait\b|\bprocess\b|\bset(Timeout|Interval|Immediate)\b|\bperformance\b|\bcrypto\b/;
  expect(pathsWhere(({ path, code }) => path.startsWith('src/exchange/') && impure.test(code))).toEqual([]);
});

test('the client uses nothing of Node but in the files for it', () => {
  const nodeOnly = /\b(Buffer|process|require|setImmediate|__dirname|global)\b|['"]node:/;
  const isPortable = ({ path }: Source) => path.startsWith(CLIENT) && !/\/(node|ws-socket)\.ts$/.test(path);
  expect(pathsWhere((source) => isPortable(source) && nodeOnly.test(source.code))).toEqual([]);
});

test('errors are logged under the one name that the logger knows how to print', () => {
  const misnamed = /\blog(ger)?\s*\.\s*\w+\(\s*\{([^}]*,)?\s*error\b\s*[:,}]/;
  expect(pathsWhere(({ code }) => misnamed.test(code))).toEqual([]);
});

test('nothing is left unfinished', () => {
  const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)/;
  expect(pathsWhere(({ text, code }) => unfinished.test(text) || /\bas any\b/.test(code))).toEqual([]);
});
