import { list, map, object, optional, ruled } from '../schema/build.ts';
import { check } from '../schema/check.ts';
import { annotationValue } from '../shapes/listener.ts';
import { groupName, kindName, objectName, sectionName } from '../shapes/names.ts';
import { tlsValidation } from '../shapes/tls-validation.ts';
import { defineKind } from './kind.ts';

const targetRef = object({
  group: groupName,
  kind: kindName,
  name: objectName,
  sectionName: optional(sectionName),
});

interface Target {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly sectionName?: string;
}

const sameTarget = (a: Target, b: Target) => a.group === b.group && a.kind === b.kind && a.name === b.name;

function repeatedTargetsDifferBySection(targets: readonly Target[]): string | undefined {
  for (const [i, one] of targets.entries()) {
    const other = targets
      .slice(0, i)
      .find(
        before =>
          sameTarget(before, one) && !(before.sectionName && one.sectionName && before.sectionName !== one.sectionName),
      );
    if (other) return `references to the same target (${one.kind} ${one.name}) must have different sectionNames`;
  }
  return undefined;
}

const targetRefs = ruled(list(targetRef, { min: 1, max: 16 }), repeatedTargetsDifferBySection);

/** The hostname of a policy of which nothing but its targets could be read: they are not to be spoken to in plaintext. */
export const UNREAD_HOSTNAME = '';

export const backendTLSPolicy = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'BackendTLSPolicy',
  plural: 'backendtlspolicies',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1alpha3', channel: 'experimental' },
    { name: 'v1alpha2', channel: 'retired' },
  ],
  remains({ spec }) {
    const { value } = check(object({ targetRefs }), spec);
    return value && { spec: { ...value, validation: { hostname: UNREAD_HOSTNAME } } };
  },
  schema: object({
    spec: object({
      targetRefs,
      validation: tlsValidation,
      options: optional(map(annotationValue, { max: 16 })),
    }),
  }),
});
