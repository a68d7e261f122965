import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { WireFrame } from '../../../src/gateway/frames/wire-frame.js';
import { WaitingFrames } from '../../../src/gateway/sessions/waiting-frames.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('a reader that always lags a little takes no memory for what it has read', () => {
  const waiting = new WaitingFrames();
  waiting.push(['first'], 0);
  const before = heapBytes();
  for (let turn = 1; turn <= 200_000; turn++) {
    waiting.push([`frame of turn ${turn}`], turn);
    waiting.take(1);
  }
  expect(heapBytes() - before).toBeLessThan(1_000_000);
  expect(waiting.oldestPrivateSince()).toBe(200_000);
  expect(waiting.take(1)!.frames).toEqual(['frame of turn 200000']);
  expect([waiting.take(1), waiting.bytes]).toEqual([null, 0]);
});

test('frames are taken in order, whole turns at a time, whatever comes in between', () => {
  const waiting = new WaitingFrames();
  const taken: WireFrame[] = [];
  let pushed = 0;
  for (let round = 0; round < 50; round++) {
    for (let turn = 0; turn < 7; turn++) waiting.push([String(pushed++), String(pushed++)], round);
    for (let count = 0; count < 2; count++) taken.push(...waiting.take(8)!.frames);
  }
  for (let next = waiting.take(8); next !== null; next = waiting.take(8)) taken.push(...next.frames);
  expect(taken.map(Number)).toEqual(Array.from({ length: pushed }, (_, index) => index));
});
