import type { DirectAnswer, Failure, Filter } from '../../ir/index.ts';
import { type HTTPFilter, type ProblemCode, refKey } from '../../resources/index.ts';
import { whyAbsent } from '../resolve/backend-refs.ts';
import type { FilterContext } from '../routes/filter-context.ts';
import type { Verdict } from '../status/condition.ts';
import { referenceConditions } from '../status/reference-conditions.ts';
import { ruleFaults } from '../status/rule-faults.ts';
import type { ExtensionKind } from './extension.ts';
import { EXTENSIONS } from './extensions.ts';
import { replacementFor } from './vendor-kinds.ts';

type ExtensionRef = NonNullable<HTTPFilter['extensionRef']>;

/**
 * What the object of a filter of type ExtensionRef does. One that can't be had is never skipped (HTTPRouteFilter): requests that
 * it is for are answered with 500, and ResolvedRefs says why. Undefined: the rule has a fault.
 */
export function resolveExtension(
  ref: ExtensionRef,
  path: string,
  context: FilterContext,
  kinds: readonly ExtensionKind[] = EXTENSIONS,
): Filter | DirectAnswer | Failure | undefined {
  const { route, references, place, report } = context;
  const known = kinds.find(({ group, kind }) => group === ref.group && kind === ref.kind);
  if (!known) return unresolved(unknownKind(ref, path, context, kinds), context);
  const object = { kind: ref.kind, namespace: route.metadata.namespace, name: ref.name };
  const target = `${object.kind} ${object.namespace}/${object.name}`;
  if (!known.places.includes(place)) {
    report(ruleFaults.extensionElsewhere(path, ref.kind, known.places));
    return undefined;
  }
  const extension = references.extension(refKey(object));
  if (!extension) return unresolved(whyAbsent(object, path, route, references), context);
  if (extension.kind !== 'faulty') return extension;
  report(ruleFaults.extensionFaulty(path, target, extension.faults));
  return undefined;
}

function unknownKind(
  ref: ExtensionRef,
  path: string,
  { route }: FilterContext,
  kinds: readonly ExtensionKind[],
): Verdict<ProblemCode> {
  const known = kinds.map(({ group, kind }) => `${kind} of group ${group}`).join(', ');
  return referenceConditions.noExtension(path, ref, known, replacementFor(ref, route.metadata.namespace));
}

function unresolved(verdict: Verdict<ProblemCode>, context: FilterContext): Failure {
  context.unresolved(verdict);
  return { kind: 'failure', status: 500, reason: verdict.reason };
}
