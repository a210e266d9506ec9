/** Tells who starts the portal for the first time how to become its admin. */
import type { FirstAdmin } from '../../portal/identity/first-admin.ts';
import type { Logger } from '../logger.ts';

/**
 * The link goes to a terminal and nowhere else: what a service writes ends in a log that others read. The token
 * follows `#`, which browsers send to no server.
 */
export async function announceFirstAdmin(options: {
  readonly firstAdmin: FirstAdmin;
  readonly portalUrl: string;
  readonly terminal: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly log: Logger;
}): Promise<void> {
  const { firstAdmin, portalUrl, terminal, log } = options;
  if (!(await firstAdmin.isNeeded())) return;
  if (terminal.isTTY !== true) {
    log.info('belum ada admin / no admin yet: pantau user add NAME --role admin');
    return;
  }
  terminal.write(
    `\nBelum ada admin. Tautan sekali pakai / no admin yet, one-time link:\n  ${firstAdminLink(portalUrl, firstAdmin.token)}\n` +
      'Berlaku sekali, selama 24 jam, sampai portal dimulai ulang / good once, for 24 h, until the portal restarts.\n\n',
  );
}

/** The page that asks for name and password. */
export function firstAdminLink(portalUrl: string, token: string): string {
  return `${portalUrl}/#/admin-pertama?token=${token}`;
}
