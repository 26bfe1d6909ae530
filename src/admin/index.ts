/**
 * The admin endpoint of whatever runs a data plane: a small HTTP server over pages, the pages that all have, and live requests
 * of the workers. Never here: what a page of one program has to say, which ports are opened, anything that writes.
 */
export type { Admin } from './admin.ts';
export {
  type AdminPage,
  type AdminPages,
  jsonPage,
  type PageAnswer,
  refusalPage,
  textPage,
} from './admin-page.ts';
export { type HealthSight, healthPages } from './health-pages.ts';
export { openAdmin } from './open-admin.ts';
export { requestsPage } from './requests-page.ts';
export { createTailing, type Tailing } from './tailing.ts';
