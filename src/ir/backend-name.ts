/** What the name of a Backend says: one port of a Service, ServiceImport or XBackend. */
export interface BackendPort {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** Absent: TCP. A Service may have both under one number. */
  readonly transport?: 'udp';
}

/**
 * `Service/namespace/name/port`, with `/udp` behind it where that is meant. `variant`: behind `;`, where there are several ways
 * to the same endpoints (another protocol, another client certificate).
 */
export function backendName({ kind, namespace, name, port, transport }: BackendPort, variant = ''): string {
  const plain = `${kind}/${namespace}/${name}/${port}${transport === undefined ? '' : `/${transport}`}`;
  return variant === '' ? plain : `${plain};${variant}`;
}

/** The inverse of {@link backendName}; a variant is left out. */
export function parseBackendName(text: string): BackendPort {
  const [kind = '', namespace = '', name = '', port, transport] = endpointsName(text).split('/');
  return { kind, namespace, name, port: Number(port), ...(transport === 'udp' && { transport }) };
}

/** What stands behind `;` in the name of a Backend; '' if nothing does. */
export function variantOf(backend: string): string {
  const at = backend.indexOf(';');
  return at < 0 ? '' : backend.slice(at + 1);
}

/** The name of a Backend without its variant: that of its Endpoints, and what people are told. */
export function endpointsName(backend: string): string {
  const at = backend.indexOf(';');
  return at < 0 ? backend : backend.slice(0, at);
}
