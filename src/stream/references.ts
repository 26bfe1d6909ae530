import {
  type Backend,
  endpointsName,
  type Filter,
  type ListenerTls,
  type Route,
  type Unit,
  unitKey,
} from '../ir/index.ts';

/** Keys of the units that a proxy needs in order to obey this one; the same key can come twice. */
export function referencesOf(unit: Unit | undefined): readonly string[] {
  switch (unit?.kind) {
    case 'Listener':
      return secrets(unit.tls && listenerSecrets(unit.tls));
    case 'Route':
      return unit.rules.flatMap(ruleBackends).map(backendKey);
    case 'TransportRoute':
      return unit.backends.flatMap(({ target }) => (target.kind === 'backend' ? [backendKey(target.backend)] : []));
    case 'Backend':
      return [
        unitKey({ kind: 'Endpoints', name: endpointsName(unit.name) }),
        ...secrets(unit.tls && backendSecrets(unit.tls)),
      ];
    case 'Secret':
    case 'Endpoints':
    case 'Bind':
    case undefined:
      return [];
  }
}

/** `namespace/name` of the Gateway that a unit belongs to by itself; others go where they are referred to. */
export function gatewayOf(unit: Unit): string | undefined {
  switch (unit.kind) {
    case 'Listener':
      return unit.gateway;
    case 'Route':
    case 'TransportRoute':
      return unit.name.slice(unit.name.lastIndexOf('@') + 1);
    case 'Secret':
    case 'Backend':
    case 'Endpoints':
    case 'Bind':
      return undefined;
  }
}

function ruleBackends({ filters, action }: Route['rules'][number]): string[] {
  const mirrored = mirrors(filters);
  if (action.kind !== 'forward') return mirrored;
  return [
    ...mirrored,
    ...action.backends.flatMap(({ filters: own, target }) =>
      target.kind === 'backend' ? [...mirrors(own), target.backend] : mirrors(own),
    ),
  ];
}

function mirrors(filters: readonly Filter[]): string[] {
  return filters.flatMap(filter => (filter.kind === 'mirror' ? [filter.backend] : []));
}

function listenerSecrets(tls: ListenerTls): readonly string[] {
  return tls.mode === 'terminate' ? [...tls.certificates, ...(tls.clients?.authorities ?? [])] : [];
}

function backendSecrets({ authorities, clientCertificate }: NonNullable<Backend['tls']>): readonly string[] {
  const judges = authorities === 'system' ? [] : authorities;
  return clientCertificate === undefined ? judges : [...judges, clientCertificate];
}

function secrets(names: readonly string[] = []): readonly string[] {
  return names.map(name => unitKey({ kind: 'Secret', name }));
}

function backendKey(name: string): string {
  return unitKey({ kind: 'Backend', name });
}
