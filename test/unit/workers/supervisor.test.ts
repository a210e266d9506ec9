import { expect, it } from 'vitest';
import { readConfig } from '../../../workers/config.ts';
import { createLogger } from '../../../workers/logger.ts';
import { startCluster } from '../../../workers/supervisor.ts';

it('refuses worker ports that would pass the highest one, before it starts anything', async () => {
  const config = readConfig({ PANTAU_WORKER_PORT: '65534' }, '/nonexistent');
  const log = createLogger({ level: 'silent', name: 'test' });
  await expect(startCluster({ config, workers: 3, log })).rejects.toMatchObject({
    code: 'config-invalid',
    message:
      'PANTAU_WORKER_PORT: found 65534, from which --workers 3 would reach port 65536; allowed is at most 65533, or 0 for free ones',
  });
});
