import type { Rule, WeightedBackend } from '../ir/index.ts';

/** The backends of a rule, and answers in place of one, that requests come to; the others are for sessions that began with them. */
export function openShares(rule: Rule | undefined): readonly WeightedBackend[] {
  return rule?.action.kind === 'forward' ? rule.action.backends.filter(({ weight }) => weight > 0) : [];
}
