/** What producer commands share: Redis that fails fast, the queues, the cameras' copy, the register. */
import path from 'node:path';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type CameraDirectory, createCameraDirectory } from '../cluster/cameras.ts';
import { openQueues, type Queues } from '../cluster/queues.ts';
import { connectProducer, redisUrl } from '../cluster/redis.ts';
import { type Config, readConfig } from '../config.ts';
import { redactText } from '../logger.ts';
import { openRegister, type Register } from '../register/register.ts';
import { loadSecrets } from '../secrets.ts';

export interface Connection {
  readonly config: Config;
  readonly queues: Queues;
  readonly cameras: CameraDirectory;
}

/**
 * Runs `work` with a connection and closes it, however `work` ends.
 * @throws AnalysisError `config-invalid` when Redis is not there.
 */
export async function withCluster<T>(
  work: (connection: Connection) => Promise<T>,
  config = readConfig(),
): Promise<T> {
  const url = redisUrl(config);
  const redis = connectProducer(url);
  const queues = openQueues(redis, config.prefix);
  try {
    await redis.ping().catch((cause: unknown) => {
      throw new AnalysisError(
        'config-invalid',
        'connect',
        `Redis at ${redactText(url)} does not answer; is "pantau up" running?`,
        { cause },
      );
    });
    return await work({ config, queues, cameras: createCameraDirectory(redis, config.prefix) });
  } finally {
    await queues.close();
    redis.disconnect();
  }
}

/** The register of this data folder. */
export function openConfiguredRegister(config: Config): Register {
  return openRegister({ file: path.join(config.dataDir, 'register.db'), secrets: loadSecrets(config) });
}

/** Runs `work` with the register and closes it. */
export function withRegister<T>(work: (register: Register, config: Config) => T, config = readConfig()): T {
  const register = openConfiguredRegister(config);
  try {
    return work(register, config);
  } finally {
    register.close();
  }
}
