import { JOBS, type JobAnswer, type JobRequest } from './job.js';

// A Ctrl-C reaches every process of the terminal; the parent ends first what needs to be ended well.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', async (request: JobRequest) => {
  process.send?.(await answerTo(request));
});

async function answerTo({ name, options }: JobRequest): Promise<JobAnswer> {
  const job = JOBS[name] as (options: unknown) => unknown;
  try {
    return { result: await job(options) };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
