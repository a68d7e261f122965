import { expect, test } from 'vitest';
import { signatureFault } from '../../src/billing/webhook-signature.js';
import { signature } from './subscriber.js';

const SECRET = 'a-secret-that-two-parties-share-here';
const BODY = '{"id":"1"}';
const NOW_S = 1_800_000_000;

function faultOf(header: string, body = BODY): string | null {
  return signatureFault(SECRET, header, body, NOW_S * 1_000);
}

test('a signature of the body is good for five minutes', () => {
  for (const ageS of [0, 300, -300]) expect(faultOf(signature(BODY, NOW_S - ageS, SECRET))).toBeNull();
  for (const ageS of [301, -301]) expect(faultOf(signature(BODY, NOW_S - ageS, SECRET))).toBe('OUTDATED');
});

test('a second signature, of a secret that is being replaced, does no harm', () => {
  const [time, good] = signature(BODY, NOW_S, SECRET).split(',');
  expect(faultOf(`${time},v1=${'0'.repeat(64)},${good}`)).toBeNull();
  expect(faultOf(`${time}, ${good}`)).toBeNull();
});

test('nothing else is a signature', () => {
  const good = signature(BODY, NOW_S, SECRET);
  const [time, digest] = good.split(',');
  const forged = [
    '',
    'nonsense',
    time!,
    digest!,
    `${time},v1=`,
    `${time},v1=${'0'.repeat(64)}`,
    `${time},v0=${digest!.slice(3)}`,
    `t=${NOW_S + 1},${digest}`,
    `t=1e9,${digest}`,
    `t=${'9'.repeat(400)},${digest}`,
    `${good.slice(0, -1)}`,
    `${good}00`,
    signature(BODY, NOW_S, `${SECRET}!`),
    signature(`${BODY} `, NOW_S, SECRET),
    `${'v1=0,'.repeat(10_000)}${good}`,
  ];
  for (const header of forged) expect(faultOf(header), header.slice(0, 80)).toBe('INVALID');
  expect(faultOf(good, `${BODY} `)).toBe('INVALID');
});
