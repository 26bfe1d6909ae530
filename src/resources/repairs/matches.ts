import { isRecord } from '../schema/plain-data.ts';
import type { Repair } from './repair.ts';

const MATCHES = ['spec', 'rules', '*', 'matches', '*'];

/** `path: /api`, as in Ingress and in many sketches. */
export const mendedPath: Repair = {
  code: 'MendedPath',
  place: [...MATCHES, 'path'],
  kinds: ['HTTPRoute'],
  message: path =>
    typeof path === 'string' ? 'path must be an object with type and value; read as a PathPrefix' : undefined,
  mend: path => ({ type: 'PathPrefix', value: path }),
};

/** `type: Prefix` of Ingress and of v1alpha1. */
export const mendedPathType: Repair = {
  code: 'MendedPathType',
  place: [...MATCHES, 'path', 'type'],
  kinds: ['HTTPRoute'],
  message: type => (type === 'Prefix' ? 'there is no path type Prefix; read as PathPrefix' : undefined),
  mend: () => 'PathPrefix',
};

/** v1alpha1 wrote `headers: { type: Exact, values: { name: value } }`. */
export const mendedHeaders: Repair = {
  code: 'MendedHeaders',
  place: [...MATCHES, 'headers'],
  kinds: ['HTTPRoute'],
  message: headers =>
    isRecord(headers) && isRecord(headers.values)
      ? 'headers with values went with v1alpha1; read as a list of { type, name, value }'
      : undefined,
  mend(headers) {
    if (!isRecord(headers) || !isRecord(headers.values)) return headers;
    const type = headers.type === undefined ? {} : { type: headers.type };
    return Object.entries(headers.values).map(([name, value]) => ({ ...type, name, value }));
  },
};
