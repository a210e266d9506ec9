/** Joins the portal's console to register, queues and cameras. */
import type { FastifyInstance } from 'fastify';
import { createFirstAdmin } from '../../portal/identity/first-admin.ts';
import { addConsole } from '../../portal/operate/console.ts';
import type { Publishing } from '../../portal/publishers/publishing.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { announceFirstAdmin } from './first-link.ts';
import { createOperations, type OperationsOptions } from './operations.ts';
import { publicRegister } from './public-register.ts';
import { createQueueView } from './queue-view.ts';

/** The console while it runs. */
export interface PortalConsole {
  /** Tells how to become the first admin, when there is none. */
  announce(portalUrl: string): Promise<void>;
  close(): void;
}

/** What it is joined from. */
export interface ConsoleParts extends OperationsOptions {
  readonly config: OperationsOptions['config'] & Pick<Config, 'portalUrl'>;
  readonly store: PortalStore;
  readonly log: Logger;
  /** The publishers at work; without them none are shown. */
  readonly publishers?: Pick<Publishing, 'status' | 'tryNow'>;
}

/** Adds the console to an app that does not listen yet. */
export function joinConsole(app: FastifyInstance, options: ConsoleParts): PortalConsole {
  const { store, register, queues, log } = options;
  const clock = Date.now;
  const operations = createOperations(options);
  const firstAdmin = createFirstAdmin({ store: store.identities, clock });
  addConsole(app, {
    ...{ store, operations, firstAdmin, clock },
    reads: { store, register: publicRegister(register), clock },
    queueView: createQueueView(queues, { publicUrl: options.config.portalUrl }),
    ...(options.publishers === undefined ? {} : { publishers: options.publishers }),
  });
  return {
    announce: (portalUrl) => announceFirstAdmin({ firstAdmin, portalUrl, terminal: process.stdout, log }),
    close: operations.close,
  };
}
