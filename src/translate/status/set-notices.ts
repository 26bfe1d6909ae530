import type { ObjectRef, Problem } from '../../resources/index.ts';

/** What is said to the user of a ListenerSet that has no status from us: nothing serves its listeners. */

const nameOf = ({ kind, namespace, name }: ObjectRef) => `${kind} ${namespace}/${name}`;

/** `unread`: it stands in the manifests and could not be read. */
export function setParentNotFound(object: ObjectRef, parent: ObjectRef, unread: boolean): Problem {
  return {
    severity: 'warning',
    code: 'ParentNotFound',
    message: unread
      ? `${nameOf(parent)} could not be read, so the listeners are not served: see what is wrong with it`
      : `${nameOf(parent)} does not exist, so the listeners are not served`,
    object,
    path: 'spec.parentRef',
  };
}

export function setOfAnotherController(object: ObjectRef, parent: ObjectRef): Problem {
  return {
    severity: 'info',
    code: 'ParentOfAnotherController',
    message: `${nameOf(parent)} belongs to another controller`,
    object,
    path: 'spec.parentRef',
  };
}

export function setParentKind(object: ObjectRef, parent: ObjectRef): Problem {
  return {
    severity: 'warning',
    code: 'ParentKindNotServed',
    message: `Listeners are added to Gateways; Sluice does not serve ${parent.kind} ${parent.name} as the parent of a ListenerSet`,
    object,
    path: 'spec.parentRef',
  };
}
