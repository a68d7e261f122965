import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/redis.ts'],
    fileParallelism: true,
    // Nothing of the project is kept in modules, so files may share them; most of a test is waiting for a server.
    isolate: false,
    maxWorkers: 3,
    // A machine with other work may take long to start a server; what waits in vain says so sooner than this.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
