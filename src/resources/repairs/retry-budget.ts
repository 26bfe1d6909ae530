import { isRecord } from '../schema/plain-data.ts';
import { type Repair, without } from './repair.ts';

/** Texts about v1.3 print `retry.budget.percentage`; the field is `retryConstraint.budget.percent` (GEP-3388). */
export const mendedRetryBudget: Repair = {
  code: 'MendedRetryBudget',
  kinds: ['XBackendTrafficPolicy'],
  place: ['spec'],
  message(spec) {
    if (!isRecord(spec) || !isRecord(spec.retry) || spec.retryConstraint !== undefined) return undefined;
    const dropped = ['attempts', 'backoff'].filter(name => isRecord(spec.retry) && spec.retry[name] !== undefined);
    const lost = dropped.length
      ? `; ${dropped.join(' and ')} belong in spec.rules[].retry of an HTTPRoute and are not applied from here`
      : '';
    return `retry is no field of this policy; its budget is read as retryConstraint.budget with percent and interval${lost}`;
  },
  mend(spec) {
    if (!isRecord(spec) || !isRecord(spec.retry)) return spec;
    const { budget } = spec.retry;
    if (!isRecord(budget)) return { ...without(spec, 'retry') };
    const { percentage, ...rest } = budget;
    const percent = percentage === undefined ? {} : { percent: percentage };
    return { ...without(spec, 'retry'), retryConstraint: { budget: { ...percent, ...rest } } };
  },
};
