import type { Endpoint } from '../../ir/index.ts';
import type { Echo } from './echo.ts';

/** The echo, loaded when the first Service needs it: `node:http` costs time at start. */
export function createEchoOnDemand(): Echo {
  let echo: Promise<Echo> | undefined;
  return {
    async endpointOf(backend): Promise<Endpoint> {
      echo ??= import('./echo.ts').then(module => module.createEcho());
      return (await echo).endpointOf(backend);
    },
    close() {
      void echo?.then(opened => opened.close());
    },
  };
}
