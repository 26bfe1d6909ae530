import { type Admin, type AdminPages, openAdmin } from '../../admin/index.ts';
import type { ServedOptions } from '../options.ts';
import { StartError } from '../start-error.ts';

/** The admin endpoint, if there is to be one. Rejects with a {@link StartError}. */
export async function adminOnDemand(at: ServedOptions['admin'], pages: AdminPages): Promise<Admin | undefined> {
  if (!at) return undefined;
  return openAdmin(at.host, at.port, pages).catch(({ message }: Error) => {
    throw new StartError('AddressNotUsable', `the admin endpoint can't listen: ${message}`);
  });
}
