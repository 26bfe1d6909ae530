import { explainBindError } from '../proxy/index.ts';
import type { Admin } from './admin.ts';
import type { AdminPages } from './admin-page.ts';

/** The server is loaded when it opens: `node:http` costs time at start. Rejects with a sentence on why the address can't be had. */
export async function openAdmin(host: string, port: number, pages: AdminPages): Promise<Admin> {
  const { startAdmin } = await import('./admin.ts');
  return startAdmin(host, port, pages).catch(({ code = '', message }: NodeJS.ErrnoException) => {
    throw new Error(explainBindError({ code, message }, host, port));
  });
}
