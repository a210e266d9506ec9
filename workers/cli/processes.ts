/** `pantau up | worker | portal`: the long-running processes. */
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { runPortal } from '../portal-process.ts';
import { runUp } from '../up.ts';
import { runWorker } from '../worker-process.ts';
import { parseCount } from './output.ts';

export function addProcesses(program: Command): void {
  program
    .command('up')
    .description('satu mesin: Redis, portal, pekerja / one machine: Redis (own or given), portal, workers')
    .option('--workers <n>', 'worker processes', parseCount('--workers', 256), 1)
    .addHelpText(
      'after',
      '\nExamples:\n  pantau up\n  PANTAU_PORT=9000 PANTAU_REDIS_URL=redis://10.0.0.5:6379 pantau up --workers 2',
    )
    .action(async (options: { workers: number }) => runUp(readConfig(), options));
  program
    .command('worker')
    .description('satu proses pekerja dari sebuah klaster / one worker process of a cluster')
    .addHelpText(
      'after',
      '\nExample:\n  PANTAU_REDIS_URL=redis://redis:6379 PANTAU_PORTAL_URL=http://portal:8080 pantau worker',
    )
    .action(async () => runWorker(readConfig()));
  program
    .command('portal')
    .description('portal data: penyimpanan, API, dasbor / the data portal: store, API, dashboard')
    .addHelpText('after', '\nExample:\n  PANTAU_HOST=0.0.0.0 PANTAU_PORT=8080 pantau portal')
    .action(async () => runPortal(readConfig()));
}
