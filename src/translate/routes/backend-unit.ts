import { type Backend, seal } from '../../ir/index.ts';

/** The unit of a name `Kind/namespace/name/port`; that is all that a data plane needs besides its endpoints. */
export function backendUnit(name: string): Backend {
  const [kind, namespace, object] = name.split('/') as [string, string, string];
  return seal({ kind: 'Backend', name, protocol: 'http1', origin: { kind, namespace, name: object } });
}
