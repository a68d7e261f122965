/** Stands for a gateway of a group: says that it lives, and at once or never that it is ready. */
const isReady = process.env['READY'] === '1';

process.on('SIGTERM', () => {
  if (isReady) process.exit(0);
});
process.send('alive');
if (isReady) process.send({ port: process.pid, demoUser: null });
setInterval(() => process.send('alive'), 50);
