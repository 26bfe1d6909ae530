import { KINDS, type Kind } from '../../resources/index.ts';
import { asYaml } from '../as-yaml.ts';
import { textAt } from './values-at.ts';

/** Objects for programs, as kubectl prints them: one alone as it is, several as a List. What stands against them is left out. */
export function itemDocuments(items: readonly object[], output: 'json' | 'yaml', alone: boolean): string {
  const objects = items.map(withoutProblems);
  const [first] = objects;
  const value = alone && first && objects.length === 1 ? first : { apiVersion: 'v1', kind: 'List', items: objects };
  return output === 'json' ? JSON.stringify(value, undefined, 2) : asYaml(value);
}

function withoutProblems(item: object): object {
  return Object.fromEntries(Object.entries(item).filter(([field]) => field !== 'problems'));
}

/** `httproute.gateway.networking.k8s.io/web`, a line each. */
export function itemNames(items: readonly object[]): string {
  return items.map(nameOf).join('\n');
}

function nameOf(item: object): string {
  const kind = KINDS.find((each: Kind) => each.kind === textAt(item, 'kind'));
  const group = kind === undefined || kind.group === '' ? '' : `.${kind.group}`;
  return `${(textAt(item, 'kind') ?? '').toLowerCase()}${group}/${textAt(item, 'metadata.name') ?? ''}`;
}
