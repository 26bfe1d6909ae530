import { type AdminPages, textPage } from './admin-page.ts';

/** What probes and monitors ask of. */
export interface HealthSight {
  /** Why traffic is not served yet; undefined when it is. */
  notReady(): string | undefined;
  /** Prometheus text. */
  metrics(): Promise<string>;
}

/** `/readyz`, `/livez` and `/metrics`: they tell nothing that is secret. */
export function healthPages(sight: HealthSight): AdminPages {
  let underWay: Promise<string> | undefined;

  /** All workers are asked: whoever asks meanwhile gets the same, for anybody may ask as often as they like. */
  function metrics(): Promise<string> {
    underWay ??= sight.metrics().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    '/readyz': () => {
      const reason = sight.notReady();
      return reason === undefined ? textPage(200, 'ok\n') : textPage(503, `not ready: ${reason}\n`);
    },
    '/livez': () => textPage(200, 'ok\n'),
    '/metrics': async () => ({
      kind: 'text',
      status: 200,
      body: await metrics(),
      type: 'text/plain; version=0.0.4; charset=utf-8',
    }),
  };
}
