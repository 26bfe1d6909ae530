import { type Answer, refusal } from './answer.ts';
import type { ResourcePath } from './resource-path.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** RBAC the other way round: everything is allowed but what was forbidden. */
export interface Permissions {
  /** `resource` is a plural, with its subresource: `httproutes`, `gateways/status`. */
  forbid(verb: Verb, resource: string): void;
  allow(verb: Verb, resource: string): void;
  refusal(verb: Verb, path: ResourcePath): Answer | undefined;
}

export function createPermissions(): Permissions {
  const forbidden = new Set<string>();
  return {
    forbid: (verb, resource) => forbidden.add(`${verb} ${resource}`),
    allow: (verb, resource) => forbidden.delete(`${verb} ${resource}`),
    refusal(verb, path) {
      const resource = path.subresource === undefined ? path.plural : `${path.plural}/${path.subresource}`;
      return forbidden.has(`${verb} ${resource}`) ? refusal(403, sentence(verb, resource, path)) : undefined;
    },
  };
}

function sentence(verb: Verb, resource: string, { plural, group, namespace, name }: ResourcePath): string {
  const what = `${plural}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name}"`}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${what} is forbidden: User "tester" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}

export function verbOf(method: string, path: ResourcePath, watch: boolean): Verb | undefined {
  switch (method) {
    case 'GET':
      return path.name !== undefined ? 'get' : watch ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return 'delete';
    default:
      return undefined;
  }
}
