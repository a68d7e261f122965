import { Worker } from 'node:worker_threads';

const BEAT_MS = 0.1;

/**
 * Sleeps a beat and says so, in a thread of its own. It does not beat again before the last beat was taken, so a
 * busy main thread is not flooded. Cell 0: beats to be taken; cell 1: 1 once it shall stop.
 */
const BEATING = `
  const { parentPort, workerData } = require('node:worker_threads');
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (Atomics.load(workerData, 1) === 0) {
    Atomics.wait(never, 0, 0, ${BEAT_MS});
    if (Atomics.compareExchange(workerData, 0, 0, 1) === 0) parentPort.postMessage(null);
  }
`;

/**
 * Calls `onBeat` about ten times a millisecond until it returns true. Node's timers are late by up to a whole
 * millisecond, and a busy loop would take a core from the server under test; between these beats the event loop
 * sleeps, and wakes for whatever arrives.
 */
export async function beatUntil(onBeat: () => boolean): Promise<void> {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(BEATING, { eval: true, workerData: cells });
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', () => {
      Atomics.store(cells, 0, 0);
      if (onBeat()) resolve();
    });
  });
  Atomics.store(cells, 1, 1);
  await worker.terminate();
}
