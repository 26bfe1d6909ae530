import { type BackendTLSPolicy, nameKey } from '../../resources/index.ts';
import type { AuthoritiesView } from './authorities.ts';
import { type ValidationView, viewValidation } from './tls-validation.ts';

/** A BackendTLSPolicy, understood. */
export interface PolicyView extends ValidationView {
  /** `namespace/name`. */
  readonly key: string;
  /** In ms since 1970; 0 if unknown. */
  readonly created: number;
  /** Those that are Services. */
  readonly targets: readonly PolicyTarget[];
}

export interface PolicyTarget {
  /** `namespace/name` of the Service. */
  readonly service: string;
  /** Name of the only port that is meant; absent: all. */
  readonly section?: string;
  /** Of the targetRef in the policy. */
  readonly path: string;
}

export function viewPolicy(
  { metadata, spec }: BackendTLSPolicy,
  authorities: (key: string) => AuthoritiesView | undefined,
): PolicyView {
  const { namespace, name, creationTimestamp } = metadata;
  return {
    key: nameKey(namespace, name),
    created: (creationTimestamp !== undefined && Date.parse(creationTimestamp)) || 0,
    targets: targetsOf(spec.targetRefs, namespace),
    ...viewValidation(spec.validation, 'spec.validation', namespace, authorities),
  };
}

/**
 * The policy that a port is reached by: one for the port alone goes before one for the whole Service; of several the
 * oldest, then the first by namespace and name (GEP-713). That it can't be followed changes nothing: its backends get nothing.
 */
export function policyFor(policies: readonly PolicyView[], service: string, portName: string): PolicyView | undefined {
  return oldest(policies, service, portName === '' ? undefined : portName) ?? oldest(policies, service, undefined);
}

/** The one that wins a Service, or a section of it. */
export function oldest(
  policies: readonly PolicyView[],
  service: string,
  section: string | undefined,
): PolicyView | undefined {
  const meant = policies.filter(({ targets }) =>
    targets.some(target => target.service === service && target.section === section),
  );
  return meant.toSorted(byAge)[0];
}

function byAge(a: PolicyView, b: PolicyView): number {
  return a.created - b.created || (a.key < b.key ? -1 : Number(a.key > b.key));
}

function targetsOf(refs: BackendTLSPolicy['spec']['targetRefs'], namespace: string): readonly PolicyTarget[] {
  return refs.flatMap(({ group, kind, name, sectionName }, index) => {
    if (group !== '' || kind !== 'Service') return [];
    const target = { service: nameKey(namespace, name), path: `spec.targetRefs[${index}]` };
    return sectionName ? { ...target, section: sectionName } : target;
  });
}
