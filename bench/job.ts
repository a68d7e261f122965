import { type ChildProcess, fork } from 'node:child_process';
import { measureAppend } from './append-redis.js';
import { benchBook } from './book.js';
import { runClosedLoop } from './closed-loop.js';
import { startEchoServer } from './echo-server.js';
import { benchFundingHour } from './funding-hour.js';
import { benchLiquidations } from './liquidations.js';
import { runOpenLoop } from './open-loop.js';
import { benchReplay } from './replay.js';
import { benchRest } from './rest.js';

/** What a child process can be asked to do. Options and results cross over as JSON. */
export const JOBS = {
  append: measureAppend,
  book: benchBook,
  closedLoop: runClosedLoop,
  echo: async (_options: null) => (await startEchoServer()).port,
  fundingHour: benchFundingHour,
  liquidations: benchLiquidations,
  openLoop: runOpenLoop,
  replay: benchReplay,
  rest: benchRest,
};

export type JobName = keyof typeof JOBS;
export type JobOptions<Name extends JobName> = Parameters<(typeof JOBS)[Name]>[0];
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof JOBS)[Name]>>;

export interface JobRequest {
  readonly name: JobName;
  readonly options: unknown;
}

/** A result, or the text of what went wrong. */
export type JobAnswer = { readonly result: unknown } | { readonly problem: string };

export interface StartedJob<Name extends JobName> {
  readonly result: JobResult<Name>;
  readonly pid: number;
  /** Ends the child process. */
  end(): void;
}

/** Does a job in a fresh process, so that no job warms, or litters, the heap of another. */
export async function runInChild<Name extends JobName>(
  name: Name,
  options: JobOptions<Name>,
): Promise<JobResult<Name>> {
  const started = await startInChild(name, options);
  started.end();
  return started.result;
}

/** Does a job in a process that lives on after its result, as the echo server's does. */
export async function startInChild<Name extends JobName>(
  name: Name,
  options: JobOptions<Name>,
): Promise<StartedJob<Name>> {
  const child = fork(new URL('./child.js', import.meta.url));
  const request: JobRequest = { name, options };
  child.send(request);
  const answer = await answerOf(child);
  const end = (): void => child.disconnect();
  if ('problem' in answer) {
    end();
    throw new Error(`${name}: ${answer.problem}`);
  }
  return { result: answer.result as JobResult<Name>, pid: child.pid!, end };
}

function answerOf(child: ChildProcess): Promise<JobAnswer> {
  return new Promise((resolve) => {
    child.once('message', (answer) => resolve(answer as JobAnswer));
    child.once('exit', (code) => resolve({ problem: `the process ended with ${code}` }));
  });
}
