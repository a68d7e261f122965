// `npm start`: whatever a fresh clone lacks is installed and built, then the server runs in this very process.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { refuse, requireNodeVersion } from './process.mjs';
import { provideRedis } from './redis.mjs';

requireNodeVersion();
install();
if (!process.env.REDIS_URL) {
  provideRedis();
}
if (!build()) {
  refuse('the sources do not compile');
}
await import('../dist/src/main.js');
