import type { LabelSelector } from '../../resources/index.ts';

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];
type Labels = Readonly<Record<string, string>>;

/** All requirements must hold; an empty selector selects everything, one that can't be understood nothing. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  const pairs = Object.entries(selector.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => labelOf(labels, key) === value) &&
    (selector.matchExpressions ?? []).every(requirement => holds(requirement, labelOf(labels, requirement.key)))
  );
}

/** What is wrong with a selector, in words. */
export function selectorFault(selector: LabelSelector | undefined): string | undefined {
  if (!selector) return 'from is Selector, so a selector must say which namespaces';
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator))
      return `operator ${JSON.stringify(operator)} (key ${key}) must be In, NotIn, Exists or DoesNotExist`;
    const wantsValues = operator === 'In' || operator === 'NotIn';
    if (wantsValues && values.length === 0) return `operator ${operator} (key ${key}) needs values`;
    if (!wantsValues && values.length > 0) return `operator ${operator} (key ${key}) has no values`;
  }
  return undefined;
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
