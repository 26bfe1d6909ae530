import { isRecord } from '../schema/plain-data.ts';
import { type Repair, without } from './repair.ts';

/** A field that v1alpha1 or a sketch called otherwise, at the same place and with the same meaning. */
function renamed(kinds: readonly string[], from: string, to: string, change = (value: unknown) => value): Repair {
  return {
    code: 'MendedField',
    kinds,
    place: ['spec'],
    message: spec =>
      isRecord(spec) && spec[from] !== undefined && spec[to] === undefined
        ? `${from} is no field here; read as ${to}`
        : undefined,
    mend: spec => (isRecord(spec) ? { [to]: change(spec[from]), ...without(spec, from) } : spec),
  };
}

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];
const listOf = (value: unknown) => (Array.isArray(value) ? value : [value]);

const TLS_NAMES: Readonly<Record<string, string>> = {
  caCertRefs: 'caCertificateRefs',
  wellKnownCACerts: 'wellKnownCACertificates',
};

/** `tls` of BackendTLSPolicy v1alpha2. */
function validationOf(tls: unknown): unknown {
  if (!isRecord(tls)) return tls;
  return Object.fromEntries(
    Object.entries(tls).map(([name, value]) => [Object.hasOwn(TLS_NAMES, name) ? TLS_NAMES[name] : name, value]),
  );
}

export const mendedFields: readonly Repair[] = [
  renamed(['GatewayClass'], 'controller', 'controllerName'),
  renamed(['Gateway'], 'gatewayClass', 'gatewayClassName'),
  renamed(ROUTES, 'parentRef', 'parentRefs', listOf),
  renamed(ROUTES, 'hostname', 'hostnames', listOf),
  renamed(['BackendTLSPolicy', 'XBackendTrafficPolicy'], 'targetRef', 'targetRefs', listOf),
  renamed(['BackendTLSPolicy'], 'tls', 'validation', validationOf),
];
