import {
  type Admin,
  type AdminPages,
  type HealthSight,
  healthPages,
  jsonPage,
  openAdmin,
  requestsPage,
  type Tailing,
} from '../admin/index.ts';
import { redacted, type Unit } from '../ir/index.ts';
import type { AgentOptions } from './options.ts';
import { StartError } from './start-error.ts';

/** What the endpoints show. */
export interface AgentSight extends HealthSight {
  units(): readonly Unit[];
  readonly tailing: Tailing;
}

export interface Endpoints {
  readonly health: Admin | undefined;
  readonly admin: Admin | undefined;
  close(): void;
}

/** Opens those that are asked for. Rejects with a sentence. */
export async function openEndpoints(
  { health, admin }: Pick<AgentOptions, 'health' | 'admin'>,
  sight: AgentSight,
): Promise<Endpoints> {
  const probed = healthPages(sight);
  const opened = await Promise.allSettled([
    openOne('health', health, probed),
    openOne('admin', admin, {
      ...probed,
      '/config': () => jsonPage({ units: sight.units().map(redacted) }),
      '/requests': requestsPage(sight.tailing),
    }),
  ]);
  const [first, second] = opened.map(one => (one.status === 'fulfilled' ? one.value : undefined));
  const close = () => {
    first?.close();
    second?.close();
  };
  for (const one of opened) {
    if (one.status === 'fulfilled') continue;
    close();
    throw one.reason;
  }
  return { health: first, admin: second, close };
}

async function openOne(name: string, at: AgentOptions['admin'], pages: AdminPages): Promise<Admin | undefined> {
  if (at === undefined) return undefined;
  return openAdmin(at.host, at.port, pages).catch(({ message }: Error) => {
    throw new StartError(`the ${name} endpoint can't listen: ${message}`);
  });
}
