import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseInstruments, readInstrumentFile } from '../../src/market/instrument-file.js';

const FILE = 'config/instruments.json';

async function fileWith(change: (first: { synthetic: object }) => void): Promise<unknown> {
  const file = JSON.parse(await readFile(FILE, 'utf8'));
  file.predictions = [];
  change(file.instruments[0]);
  return file;
}

function problemsOf(file: unknown): readonly string[] {
  const result = parseInstruments(file);
  return result.valid ? [] : result.problems;
}

test('the file of the project lists the default instruments', async () => {
  const file = await readInstrumentFile(FILE);
  if (!file.valid) throw new Error(file.problems.join('\n'));
  const symbols = file.listings.map(({ instrument }) => instrument.symbol).join(' ');
  expect(symbols).toBe('BTC ETH SOL XRP DOGE HYPE AAPL MSFT NVDA TSLA SPY');
  expect(file.listings[0]!.instrument).toEqual({
    symbol: 'BTC',
    name: 'Bitcoin',
    assetClass: 'PERPETUAL',
    priceDecimals: 1,
    quantityDecimals: 5,
    significantFigures: 5,
    minNotional: 10e6,
    maxLots: 1e9,
    maxTicks: 5e6,
    maxMarketNotional: 30e12,
    defaultLeverage: 20,
    marginTiers: [
      { lowerBound: 0, maxLeverage: 40 },
      { lowerBound: 150e12, maxLeverage: 20 },
    ],
    makerFee: 150,
    takerFee: 450,
    impactNotional: 20_000e6,
    fundingMode: 'COMPUTED',
    feeTiers: [
      { volumeAbove: 5e6, makerFee: 120, takerFee: 400 },
      { volumeAbove: 25e6, makerFee: 80, takerFee: 350 },
      { volumeAbove: 100e6, makerFee: 40, takerFee: 300 },
      { volumeAbove: 500e6, makerFee: 0, takerFee: 280 },
      { volumeAbove: 2e9, makerFee: 0, takerFee: 260 },
      { volumeAbove: 7e9, makerFee: 0, takerFee: 240 },
    ],
    fractional: true,
    shortable: true,
    hours: 'ALWAYS',
    prediction: null,
  });
  expect(file.listings[0]!.synthetic).toMatchObject({
    startPrice: 64250e6,
    levelSpacing: 20,
    levelLots: 233463,
  });
});

test('leverage by default is the highest one, but not over 20', async () => {
  const file = await readInstrumentFile(FILE);
  if (!file.valid) throw new Error(file.problems.join('\n'));
  const leverages = file.listings.map(({ instrument }) => instrument.defaultLeverage);
  expect(leverages).toEqual([20, 20, 20, 20, 10, 10, 2, 2, 2, 2, 2]);
});

test.each<[string, string, unknown]>([
  ['a decimal too many', 'maxPrice', 500000.05],
  ['a missing field', 'makerFeePpm', undefined],
  ['a wrong type', 'quantityDecimals', '5'],
  ['an unknown field', 'colour', 'orange'],
  ['a perpetual without an impact notional', 'impactNotional', undefined],
  ['a fee schedule that is not there', 'feeSchedule', 'retail'],
  ['a symbol twice', 'symbol', 'ETH'],
  ['a range that passes 2^53', 'maxQuantity', 1_000_000],
])('%s is named with its path', async (_, field, value) => {
  const problems = problemsOf(await fileWith((first) => Object.assign(first, { [field]: value })));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('/instruments/');
  expect(problems[0]).toContain(field === 'symbol' ? 'ETH is listed twice' : field);
});

test('margin tiers begin at 0, rise, and allow less and less', async () => {
  const marginTiers = [
    { lowerBound: 5, maxLeverage: 10 },
    { lowerBound: 5, maxLeverage: 10 },
  ];
  const problems = problemsOf(await fileWith((first) => Object.assign(first, { marginTiers })));
  expect(problems).toEqual([
    '/instruments/0/marginTiers/0/lowerBound: must be 0',
    '/instruments/0/marginTiers/1/lowerBound: must rise from tier to tier',
    '/instruments/0/marginTiers/1/maxLeverage: must fall from tier to tier',
  ]);
});

test('the start price is a price that can be traded', async () => {
  const started = (startPrice: number) => fileWith((first) => Object.assign(first.synthetic, { startPrice }));
  expect(problemsOf(await started(64250.5))).toEqual([
    '/instruments/0/synthetic/startPrice: has more than 5 significant figures',
  ]);
  expect(problemsOf(await started(500_001))).toEqual([
    '/instruments/0/synthetic/startPrice: is above maxPrice',
  ]);
});

test('every problem of the file is told at once', async () => {
  const problems = problemsOf(
    await fileWith((first) => Object.assign(first, { maxPrice: 1.01, minNotional: 0.0000001 })),
  );
  expect(problems).toEqual([
    '/instruments/0/minNotional: 1e-7 is too large or has more than 6 decimals',
    '/instruments/0/maxPrice: 1.01 is too large or has more than 1 decimals',
  ]);
});

test('a file that is missing or not JSON is a problem with its name or reason', async () => {
  const missing = await readInstrumentFile('config/none.json');
  expect(missing).toMatchObject({ valid: false, problems: [expect.stringContaining('none.json')] });
  expect(await readInstrumentFile('LICENSE')).toMatchObject({ valid: false });
});
