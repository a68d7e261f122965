// Archives a venue in a process of its own, in the worker that gateways use. The argument is the worker's order.
import { Worker } from 'node:worker_threads';

const worker = new URL('../../dist/src/process/archive-worker.js', import.meta.url);
new Worker(worker, { workerData: JSON.parse(process.argv[2]) });
