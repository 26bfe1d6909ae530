import { type Backend, parseBackendName, seal } from '../../ir/index.ts';

/** The unit of a backend's name; that is all that a data plane needs besides its endpoints. */
export function backendUnit(name: string): Backend {
  const { port: _, ...origin } = parseBackendName(name);
  return seal({ kind: 'Backend', name, protocol: 'http1', origin });
}
