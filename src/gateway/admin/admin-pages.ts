import { type AdminPage, type AdminPages, jsonPage, textPage } from './admin-page.ts';

/** What the admin endpoint shows. */
export interface AdminSight {
  /** Why traffic is not served yet; undefined when it is. */
  notReady(): string | undefined;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** The IR that stands, without private keys. */
  config(): unknown;
  readonly status: AdminPage;
  readonly requests: AdminPage;
  readonly explain: AdminPage;
}

/** The pages by path, in the order in which they are named to whoever asks for another. */
export function adminPages(sight: AdminSight): AdminPages {
  return {
    '/readyz': () => {
      const reason = sight.notReady();
      return reason === undefined ? textPage(200, 'ok\n') : textPage(503, `not ready: ${reason}\n`);
    },
    '/livez': () => textPage(200, 'ok\n'),
    '/metrics': async () => ({
      kind: 'text',
      status: 200,
      body: await sight.metrics(),
      type: 'text/plain; version=0.0.4; charset=utf-8',
    }),
    '/config': () => jsonPage(sight.config()),
    '/status': sight.status,
    '/requests': sight.requests,
    '/explain': sight.explain,
  };
}
