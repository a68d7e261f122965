import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Config, readConfig } from './config.js';
import { GatewayGroup } from './gateway-group.js';
import { BEAT_EVERY_MS, type GatewayMessage } from './gateway-place.js';
import { greeting } from './greeting.js';
import { readInstrumentFile } from './market/instrument-file.js';
import { claimPort, freePort } from './port-claim.js';
import { type PrivateRedis, startPrivateRedis } from './private-redis.js';
import { GatewayProcess, type StartedGateway } from './process/gateway-process.js';
import { createLogger } from './telemetry/logger.js';

const INSTRUMENT_FILE = fileURLToPath(new URL('../../config/instruments.json', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../examples/maker.js', import.meta.url));
const DATA_DIRECTORY = resolve('data');

/** What runs in this process: a gateway, or the group of them. */
interface Running {
  start(): Promise<StartedGateway>;
  stop(): Promise<void>;
}

/** Ends the process before it has begun, with one line a person can act on. */
function refuse(...lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`tradewire: ${line}\n`);
  process.exit(1);
}

async function readInstruments() {
  const file = await readInstrumentFile(INSTRUMENT_FILE);
  if (!file.valid) refuse(...file.problems.map((problem) => `config/instruments.json: ${problem}`));
  return file;
}

/**
 * The port to listen on, known to be free before anything is begun for it. A gateway that may pick any does so as it
 * listens; a group must know it before.
 */
async function ownPort({ host, port, gateways }: Config): Promise<number> {
  if (cluster.isWorker) return port;
  try {
    if (gateways > 1) return await claimPort(host, port);
    await freePort(host, port);
    return port;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

async function ownRedis(config: Config, logger: Logger): Promise<PrivateRedis | null> {
  if (config.redisUrl !== null) return null;
  const started = await startPrivateRedis({
    dataDirectory: DATA_DIRECTORY,
    fsync: config.redisFsync,
    logger,
  });
  if (!started.ok) refuse(started.problem);
  return started.redis;
}

/** A group that is gone ends its gateways, so nobody misses what it does not hear. */
function tellGroup(message: GatewayMessage): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

/** How to start the example bot; null where it is not installed, or the package that it needs is not. */
function exampleCommand(): string | null {
  if (!existsSync(EXAMPLE)) return null;
  try {
    createRequire(EXAMPLE).resolve('tradewire-client');
    return `node ${relative('.', EXAMPLE)}`;
  } catch {
    return null;
  }
}

async function main(): Promise<void> {
  const result = readConfig();
  if (!result.ok) refuse(...result.problems);
  const { config } = result;
  const logger = createLogger(config.logLevel);
  const { listings, predictions } = await readInstruments();
  const port = await ownPort(config);
  const redis = await ownRedis(config, logger);
  const redisUrl = config.redisUrl ?? redis!.url;

  const end = async (exitCode: number): Promise<never> => {
    await redis?.stop();
    process.exit(exitCode);
  };
  const report = (error: unknown) => {
    logger.fatal({ err: error }, 'This process cannot go on');
    process.stderr.write(`tradewire: ${error instanceof Error ? error.message : String(error)}\n`);
  };
  const onFatal = (error: unknown) => {
    report(error);
    void end(1);
  };
  const running: Running =
    config.gateways > 1 && cluster.isPrimary
      ? new GatewayGroup(config, redisUrl, port, logger)
      : new GatewayProcess({
          config,
          redisUrl,
          port,
          isPortShared: cluster.isWorker,
          dataDirectory: DATA_DIRECTORY,
          listings,
          predictions,
          logger,
          onDelay: (reason) => process.stderr.write(`tradewire: still waiting for Redis: ${reason}\n`),
          onFatal,
        });

  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    running.stop().then(() => end(0), onFatal);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (cluster.isWorker) setInterval(() => tellGroup('alive'), BEAT_EVERY_MS).unref();

  try {
    const started = await running.start();
    if (cluster.isWorker) tellGroup(started);
    else process.stdout.write(`${greeting(config, started, exampleCommand()).join('\n')}\n`);
  } catch (error) {
    report(error);
    if (isStopping) return;
    isStopping = true;
    // What it had begun is left in order: those who use Redis before Redis.
    await running.stop().catch(() => undefined);
    await end(1);
  }
}

await main();
