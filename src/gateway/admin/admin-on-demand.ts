import type { ServedOptions } from '../options.ts';
import { explainBindError } from '../placement/bind-error.ts';
import { StartError } from '../start-error.ts';
import type { Admin } from './admin.ts';
import type { AdminPages } from './admin-page.ts';

/** The admin endpoint, if there is to be one, loaded when it opens: `node:http` costs time at start. Rejects with a {@link StartError}. */
export async function openAdmin(at: ServedOptions['admin'], pages: AdminPages): Promise<Admin | undefined> {
  if (!at) return undefined;
  const { startAdmin } = await import('./admin.ts');
  return startAdmin(at.host, at.port, pages).catch(({ code = '', message }: NodeJS.ErrnoException) => {
    const reason = explainBindError({ code, message }, at.host, at.port);
    throw new StartError('AddressNotUsable', `the admin endpoint can't listen: ${reason}`);
  });
}
