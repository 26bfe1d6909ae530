import { isRecord } from '../schema/plain-data.ts';
import { type Raw, type Repair, without } from './repair.ts';

/** `forwardTo` of v1alpha1: a list of `{ serviceName, port, weight, backendRef }`; some texts print `{ backend: [...] }`. */
function targetsOf(forwardTo: unknown): readonly Raw[] | undefined {
  const nested = isRecord(forwardTo) ? (forwardTo.backend ?? forwardTo.backends ?? [forwardTo]) : forwardTo;
  return Array.isArray(nested) && nested.every(isRecord) ? nested : undefined;
}

function backendRefOf(target: Raw): Raw {
  const { serviceName, backendRef, ...rest } = target;
  if (isRecord(backendRef)) return { ...backendRef, ...rest };
  return serviceName === undefined ? rest : { name: serviceName, ...rest };
}

/** Rules of v1alpha1 named their backends in `forwardTo`. */
export const mendedForwardTo: Repair = {
  code: 'MendedForwardTo',
  place: ['spec', 'rules', '*'],
  message: rule =>
    isRecord(rule) && rule.backendRefs === undefined && targetsOf(rule.forwardTo)
      ? 'forwardTo went with v1alpha1; read as backendRefs'
      : undefined,
  mend(rule) {
    if (!isRecord(rule)) return rule;
    return { ...without(rule, 'forwardTo'), backendRefs: (targetsOf(rule.forwardTo) ?? []).map(backendRefOf) };
  },
};
