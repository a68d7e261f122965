import { expect, test } from 'vitest';
import { inTime } from '../../bench/in-time.js';

test('what comes is handed on, and what does not is named', async () => {
  expect(await inTime('a result', Promise.resolve('it'))).toBe('it');
  await expect(inTime('a failure', Promise.reject(new Error('of its own')))).rejects.toThrow('of its own');
  await expect(inTime('the end of time', new Promise(() => undefined), 1)).rejects.toThrow('the end of time');
});
