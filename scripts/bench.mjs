// `npm run bench`: builds what changed, then measures; `-- --small`, `-- --seconds=10`, `-- --fsync=everysec`.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { ROOT, refuse, requireNodeVersion } from './process.mjs';
import { provideRedis } from './redis.mjs';

requireNodeVersion();
install();
provideRedis();
if (!build()) {
  refuse('the sources do not compile');
}
process.chdir(ROOT);
await import('../dist/bench/run.js');
