import { oneOf } from '../schema/build.ts';

/** GEP-3793 (experimental): attach to the default Gateways. */
export const useDefaultGateways = oneOf('All', 'None');

interface NamedRule {
  readonly name?: string;
  readonly matches?: readonly unknown[];
}

export function ruleNamesAreDistinct(rules: readonly NamedRule[]): string | undefined {
  const names = rules.map(rule => rule.name).filter(name => name !== undefined);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  return repeated && `two rules are named ${repeated}`;
}

export function atMost128Matches(rules: readonly NamedRule[]): string | undefined {
  const count = rules.reduce((sum, rule) => sum + (rule.matches?.length ?? 0), 0);
  return count > 128 ? `all rules together may have 128 matches, not ${count}` : undefined;
}
