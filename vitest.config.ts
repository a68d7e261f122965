import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest. Were they begun late, all else would be over before them. */
const LONGEST = ['exchange/twin/twin', 'crash/cancel-on-disconnect', 'crash/fleet'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONGEST.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/redis.ts'],
    fileParallelism: true,
    sequence: { sequencer: LongestFirst },
    // Nothing of the project is kept in modules, so files may share them; most of a test is waiting for a server.
    isolate: false,
    maxWorkers: 3,
    // A machine with other work may take long to start a server; what waits in vain says so sooner than this.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
