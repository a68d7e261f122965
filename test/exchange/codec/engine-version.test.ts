import { expect, test } from 'vitest';
import { ENGINE_VERSION } from '../../../src/exchange/codec/batch.js';
import { stateHash } from '../../../src/exchange/codec/state-hash.js';
import { Exchange } from '../../../src/exchange/exchange.js';
import { EventRecorder } from '../../support/event-recorder.js';
import { drawEntries } from '../twin/twin.js';

const SEED = 201;
const ENTRIES = 600;
/** What the rules of this engine version make of the same traffic. */
const KNOWN = { version: 6, hash: '04f3a36424ca3fd9' };

test('the engine version was raised with the last change of the rules or of a format', () => {
  const exchange = new Exchange(new EventRecorder());
  for (const { time, batch } of drawEntries(SEED, ENTRIES)) exchange.applyBatch(time, batch, null);
  const message =
    'The same journal leads to another state now. Raise ENGINE_VERSION, unless it was raised in this release already ' +
    'or only the traffic of the tests has changed, and note the new hash here';
  expect({ version: ENGINE_VERSION, hash: stateHash(exchange) }, message).toEqual(KNOWN);
});
