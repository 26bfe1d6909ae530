import { isRecord } from '../schema/plain-data.ts';
import { type Raw, type Repair, without } from './repair.ts';

/** `forwardTo` of v1alpha1: a list of `{ serviceName, port, weight, backendRef }`; some texts print `{ backend: [...] }`. */
function targetsOf(forwardTo: unknown): readonly Raw[] | undefined {
  const nested = isRecord(forwardTo) ? (forwardTo.backend ?? forwardTo.backends ?? [forwardTo]) : forwardTo;
  return Array.isArray(nested) && nested.every(isRecord) ? nested : undefined;
}

/** v1alpha1 sent to the port that the request came to where none was named: with an HTTP listener, that is 80. */
const USUAL_PORT = 80;

function backendRefOf(target: Raw): Raw {
  const { serviceName, backendRef, ...rest } = target;
  const named = isRecord(backendRef) ? { ...backendRef, ...rest } : { ...nameOf(serviceName), ...rest };
  return lacksPort(named) ? { ...named, port: USUAL_PORT } : named;
}

function nameOf(serviceName: unknown): Raw {
  return serviceName === undefined ? {} : { name: serviceName };
}

function lacksPort(ref: Raw): boolean {
  return ref.port === undefined && (ref.kind ?? 'Service') === 'Service';
}

/** Rules of v1alpha1 named their backends in `forwardTo`. */
export const mendedForwardTo: Repair = {
  code: 'MendedForwardTo',
  place: ['spec', 'rules', '*'],
  message(rule) {
    const targets = isRecord(rule) && rule.backendRefs === undefined ? targetsOf(rule.forwardTo) : undefined;
    if (!targets) return undefined;
    const guess = targets.some(target => target.port === undefined && backendRefOf(target).port === USUAL_PORT);
    const port = guess ? `; a backend without a port is read as port ${USUAL_PORT}` : '';
    return `forwardTo went with v1alpha1; read as backendRefs${port}`;
  },
  mend(rule) {
    if (!isRecord(rule)) return rule;
    return { ...without(rule, 'forwardTo'), backendRefs: (targetsOf(rule.forwardTo) ?? []).map(backendRefOf) };
  },
};
