import { type AnyResource, meantWord, refOf, yamlText } from '../../resources/index.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

type Policy = Extract<AnyResource, { kind: 'BackendTLSPolicy' | 'XBackendTrafficPolicy' }>;

/** Policies whose target does not exist: of Services, for other kinds of targets may stand elsewhere. */
export function policiesWithoutTarget(subject: LintSubject): readonly Finding[] {
  return subject.objects.filter(isPolicy).flatMap(policy => missingTargets(policy, subject));
}

function isPolicy(object: AnyResource): object is Policy {
  return object.kind === 'BackendTLSPolicy' || object.kind === 'XBackendTrafficPolicy';
}

function missingTargets(policy: Policy, subject: LintSubject): readonly Finding[] {
  const object = refOf(policy);
  return policy.spec.targetRefs.flatMap((ref, index): readonly Finding[] => {
    if (ref.group !== '' || ref.kind !== 'Service') return [];
    const missing = missingPart(ref, object.namespace, subject);
    if (!missing) return [];
    const { field, what, near } = missing;
    return [
      {
        code: 'PolicyWithoutTarget',
        object,
        path: `spec.targetRefs[${index}].${field}`,
        message: `${what}, so the policy does nothing${near === undefined ? '' : `; did you mean ${near}?`}`,
        ...(near !== undefined && { fix: `${field}: ${yamlText(near)}\n` }),
      },
    ];
  });
}

interface Missing {
  readonly field: 'name' | 'sectionName';
  readonly what: string;
  readonly near: string | undefined;
}

/** The Service, or its port of that name. */
function missingPart(
  { name, sectionName }: { readonly name: string; readonly sectionName?: string },
  namespace: string,
  { get, names }: LintSubject,
): Missing | undefined {
  const service = get({ kind: 'Service', namespace, name });
  const target = `Service ${namespace}/${name}`;
  if (service?.kind !== 'Service') {
    return { field: 'name', what: `${target} does not exist`, near: meantWord(name, names('Service', namespace)) };
  }
  const ports = service.spec.ports.flatMap(port => port.name ?? []);
  if (sectionName === undefined || ports.includes(sectionName)) return undefined;
  const what = `${target} has no port named ${sectionName}`;
  return { field: 'sectionName', what, near: meantWord(sectionName, ports) };
}
