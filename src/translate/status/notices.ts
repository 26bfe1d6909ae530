import { type ObjectRef, type ParentReference, type Problem, yamlText } from '../../resources/index.ts';

/** What is said to the user and to no status: it concerns objects that aren't there, aren't ours, or aren't served yet. */

/** `served`: without the class, as in a folder of manifests; else nobody serves it. */
export function classNotFound(object: ObjectRef, className: string, controllerName: string, served: boolean): Problem {
  const consequence = served
    ? 'the Gateway is served all the same, in a cluster it would not be'
    : 'so the Gateway belongs to no controller and is not served';
  return {
    severity: 'warning',
    code: 'GatewayClassNotFound',
    message: `GatewayClass ${className} does not exist; ${consequence}`,
    object,
    path: 'spec.gatewayClassName',
    fix: `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: ${yamlText(className)}
spec:
  controllerName: ${controllerName}
`,
  };
}

export function noParentRefs(object: ObjectRef): Problem {
  return {
    severity: 'warning',
    code: 'NoParentRefs',
    message: 'The route names no parent, so nothing serves it; put a Gateway into spec.parentRefs',
    object,
    path: 'spec.parentRefs',
  };
}

/** useDefaultGateways, and there is no default Gateway of ours. */
export function noDefaultGateway(object: ObjectRef): Problem {
  return {
    severity: 'warning',
    code: 'ParentNotFound',
    message:
      'No Gateway that is served here has spec.defaultScope All, so useDefaultGateways attaches the route nowhere',
    object,
    path: 'spec.useDefaultGateways',
  };
}

/** What an older route of bytes or datagrams takes of a route: all that comes to a listener for a hostname. */
export interface Overtaken {
  /** Of the parentRef. */
  readonly path: string;
  /** By its name in the IR. */
  readonly listener: string;
  readonly hostname: string;
  readonly by: ObjectRef;
}

export function olderRouteServes(object: ObjectRef, [first, ...others]: readonly [Overtaken, ...Overtaken[]]): Problem {
  const { path, listener, hostname, by } = first;
  const what = object.kind === 'UDPRoute' ? 'datagrams' : 'connections';
  const of = hostname === '*' ? '' : ` for ${hostname}`;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return {
    severity: 'warning',
    code: 'OlderRouteServes',
    message: `The route gets no ${what} of listener ${listener}${of}: ${by.kind} ${by.namespace}/${by.name} comes first${more}`,
    object,
    path,
  };
}

/** `Gateway shop/edge`. */
function parentWords({ namespace }: ObjectRef, ref: ParentReference): string {
  return `${ref.kind} ${ref.namespace ?? namespace}/${ref.name}`;
}

export function parentUnread(object: ObjectRef, path: string, ref: ParentReference): Problem {
  return {
    severity: 'warning',
    code: 'ParentNotFound',
    message: `${parentWords(object, ref)} could not be read, so the route is not served there: see what is wrong with it`,
    object,
    path,
  };
}

/** `near`: `namespace/name` of the parent that was probably meant. */
export function parentNotFound(
  object: ObjectRef,
  path: string,
  ref: ParentReference,
  near: string | undefined,
): Problem {
  const [namespace = '', name = ''] = near?.split('/') ?? [];
  const kind = ref.kind === 'Gateway' ? '' : `kind: ${ref.kind}\n  `;
  return {
    severity: 'warning',
    code: 'ParentNotFound',
    message: `${parentWords(object, ref)} does not exist, so the route is not served there${near === undefined ? '' : `; did you mean ${ref.kind} ${near}?`}`,
    object,
    path,
    ...(near !== undefined && {
      fix: `parentRefs:\n- ${kind}name: ${yamlText(name)}\n  namespace: ${yamlText(namespace)}\n`,
    }),
  };
}

export function parentOfAnotherController(object: ObjectRef, path: string, ref: ParentReference): Problem {
  return {
    severity: 'info',
    code: 'ParentOfAnotherController',
    message: `${parentWords(object, ref)} belongs to another controller`,
    object,
    path,
  };
}

export function parentKindNotServed(object: ObjectRef, path: string, ref: ParentReference): Problem {
  return {
    severity: 'warning',
    code: 'ParentKindNotServed',
    message: `Sluice attaches routes to Gateways; it does not serve ${ref.kind} ${ref.name} of group ${ref.group || '""'} as a parent`,
    object,
    path,
  };
}

export function kindNotServed(object: ObjectRef): Problem {
  return {
    severity: 'info',
    code: 'KindNotServed',
    message: `Sluice reads ${object.kind} but does not act on it yet`,
    object,
  };
}

export function fieldNotServed(object: ObjectRef, path: string): Problem {
  return { severity: 'warning', code: 'FieldNotServed', message: `Sluice does not act on ${path} yet`, object, path };
}
