import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Config, readConfig } from './config.js';
import { GatewayGroup } from './gateway-group.js';
import { GatewayProcess, type StartedGateway } from './gateway-process.js';
import { type Listing, readInstrumentFile } from './market/instrument-file.js';
import { type PrivateRedis, startPrivateRedis } from './private-redis.js';
import { createLogger } from './telemetry/logger.js';

const INSTRUMENT_FILE = fileURLToPath(new URL('../../config/instruments.json', import.meta.url));
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

async function readListings(): Promise<readonly Listing[]> {
  const file = await readInstrumentFile(INSTRUMENT_FILE);
  if (!file.valid) refuse(...file.problems.map((problem) => `config/instruments.json: ${problem}`));
  return file.listings;
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

/** Prints what a person needs to begin; scripts wait for the first line. */
function greet(config: Config, { port, demoUser }: StartedGateway): void {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const lines = [`listening on http://${host}:${port}`];
  if (demoUser !== null) {
    const command = `node dist/examples/maker.js ${demoUser.key} BTC ws://${host}:${port}/v1/ws`;
    lines.push(`api key: ${demoUser.key}`, `try: ${command}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function main(): Promise<void> {
  const result = readConfig();
  if (!result.ok) refuse(...result.problems);
  const { config } = result;
  const logger = createLogger(config.logLevel);
  const listings = await readListings();
  const redis = await ownRedis(config, logger);
  const redisUrl = config.redisUrl ?? redis!.url;

  const end = async (exitCode: number): Promise<never> => {
    await redis?.stop();
    process.exit(exitCode);
  };
  const onFatal = (error: unknown) => {
    logger.fatal({ err: error }, 'This process cannot go on');
    process.stderr.write(`tradewire: ${error instanceof Error ? error.message : String(error)}\n`);
    void end(1);
  };
  const running: Running =
    config.gateways > 1 && cluster.isPrimary
      ? new GatewayGroup(config, redisUrl, logger)
      : new GatewayProcess({
          config,
          redisUrl,
          port: config.port,
          isPortShared: cluster.isWorker,
          dataDirectory: DATA_DIRECTORY,
          listings,
          logger,
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

  try {
    const started = await running.start();
    if (cluster.isWorker) process.send?.(started);
    else greet(config, started);
  } catch (error) {
    onFatal(error);
  }
}

await main();
