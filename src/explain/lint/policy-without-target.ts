import { type AnyResource, didYouMean, refOf } from '../../resources/index.ts';
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

function missingTargets(policy: Policy, { get, names }: LintSubject): readonly Finding[] {
  const object = refOf(policy);
  return policy.spec.targetRefs.flatMap(({ group, kind, name, ...rest }, index): readonly Finding[] => {
    if (group !== '' || kind !== 'Service') return [];
    const path = `spec.targetRefs[${index}]`;
    const code = 'PolicyWithoutTarget';
    const service = get({ kind, namespace: object.namespace, name });
    const target = `Service ${object.namespace}/${name}`;
    if (service?.kind !== 'Service') {
      const guess = didYouMean(name, names(kind, object.namespace));
      return [
        { code, object, path: `${path}.name`, message: `${target} does not exist, so the policy does nothing${guess}` },
      ];
    }
    const section = 'sectionName' in rest ? rest.sectionName : undefined;
    const ports = service.spec.ports.flatMap(port => port.name ?? []);
    if (section === undefined || ports.includes(section)) return [];
    const message = `${target} has no port named ${section}, so the policy does nothing${didYouMean(section, ports)}`;
    return [{ code, object, path: `${path}.sectionName`, message }];
  });
}
