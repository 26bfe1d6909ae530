import { textsAt, valuesAt } from '../../src/cli/get/values-at.ts';
import type { LoggedRequest } from '../api-server/index.ts';
import { verbOf } from '../api-server/permissions.ts';
import { parseApiPath } from '../api-server/resource-path.ts';
import type { KubeObject } from './chart.ts';

/** What a request needs of a role: `patch httproutes/status of gateway.networking.k8s.io`, in one namespace or in all. */
export interface Right {
  readonly text: string;
  /** Absent: in all. */
  readonly namespace?: string;
  /** Of the object. */
  readonly name?: string;
}

/** Undefined where every account may: to ask which kinds there are. */
export function rightOf({ method, path, query }: LoggedRequest): Right | undefined {
  const parsed = parseApiPath(path);
  if (parsed?.kind !== 'resource') return undefined;
  const { group, plural, subresource, namespace } = parsed;
  const name = parsed.name ?? /^metadata\.name=(.*)$/.exec(query.fieldSelector ?? '')?.[1];
  const verb = verbOf(method, parsed, query.watch === 'true') ?? method;
  const text = rightText(verb, subresource === undefined ? plural : `${plural}/${subresource}`, group);
  return { text, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
}

/** What a Role or ClusterRole gives. */
export function rightsIn(role: KubeObject): readonly Right[] {
  const namespace = textsAt(role, 'metadata.namespace')[0];
  return valuesAt(role, 'rules[]').flatMap(rule => {
    const names: readonly (string | undefined)[] = textsAt(rule, 'resourceNames[]');
    const texts = textsAt(rule, 'apiGroups[]').flatMap(group =>
      textsAt(rule, 'resources[]').flatMap(resource =>
        textsAt(rule, 'verbs[]').map(verb => rightText(verb, resource, group)),
      ),
    );
    return texts.flatMap(text =>
      (names.length === 0 ? [undefined] : names).map(name => ({
        text,
        ...(namespace !== undefined && { namespace }),
        ...(name !== undefined && { name }),
      })),
    );
  });
}

/** Whether what is given is enough for what is needed. */
export function gives(given: Right, needed: Right): boolean {
  return (
    given.text === needed.text &&
    (given.namespace === undefined || given.namespace === needed.namespace) &&
    (given.name === undefined || given.name === needed.name)
  );
}

function rightText(verb: string, resource: string, group: string): string {
  return `${verb} ${resource} of ${group === '' ? 'core' : group}`;
}
