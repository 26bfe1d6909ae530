import { type Gateway, nameKey, type ObjectRef, refOf } from '../../resources/index.ts';
import type { CertificateSources } from '../resolve/certificate-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { gatewayConditions } from '../status/gateway-conditions.ts';
import { type ClassView, DEFAULT_CONTROLLER_NAME } from './gateway-classes.ts';
import { type ListenerView, viewListeners } from './listeners.ts';

/** A Gateway of ours, understood, before a data plane had its say. */
export interface GatewayView {
  readonly kind: 'ours';
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  readonly controllerName: string;
  readonly className: string;
  /** The GatewayClass has no object, and the Gateway is served all the same. */
  readonly classMissing: boolean;
  /** Why the Gateway as a whole is refused. Listeners may be refused beside it. */
  readonly refused?: Verdict;
  readonly listeners: readonly ListenerView[];
  /** Fields that are set and that nothing acts on yet. */
  readonly ignored: readonly string[];
}

/** Not ours: nothing stands in its status, nothing attaches to it. */
export interface ForeignGateway {
  readonly kind: 'foreign';
  readonly object: ObjectRef;
  readonly className: string;
  /** The controller that would serve it, if its GatewayClass existed and named it; absent where the class exists. */
  readonly orphanOf?: string;
}

/** What a Gateway is understood by. */
export interface GatewayContext extends CertificateSources {
  readonly gatewayClass: ClassView | undefined;
  /** Only the classes of this controller are ours, so a class without object is not. */
  readonly owner: string | undefined;
}

export function viewGateway(gateway: Gateway, context: GatewayContext): GatewayView | ForeignGateway {
  const { gatewayClass, owner } = context;
  const className = gateway.spec.gatewayClassName;
  const ours = gatewayClass ? gatewayClass.ours : owner === undefined;
  if (!ours) return { kind: 'foreign', object: refOf(gateway), className, ...(!gatewayClass && { orphanOf: owner! }) };
  const { namespace, name, generation } = gateway.metadata;
  const refused = refusal(gateway, gatewayClass);
  return {
    kind: 'ours',
    key: nameKey(namespace, name),
    namespace,
    name,
    generation,
    controllerName: gatewayClass?.controllerName ?? DEFAULT_CONTROLLER_NAME,
    className,
    classMissing: gatewayClass === undefined,
    ...(refused && { refused }),
    listeners: viewListeners(gateway, context),
    ignored: ignoredFields(gateway.spec),
  };
}

function refusal(gateway: Gateway, gatewayClass: ClassView | undefined): Verdict | undefined {
  if (gatewayClass?.verdict.status === 'False') {
    return gatewayConditions.classNotAccepted(gateway.spec.gatewayClassName);
  }
  const parameters = gateway.spec.infrastructure?.parametersRef;
  if (parameters) return gatewayConditions.parametersNotSupported(parameters.kind, parameters.name);
  for (const [index, { type }] of (gateway.spec.addresses ?? []).entries()) {
    if (type !== 'IPAddress' && type !== 'Hostname') return gatewayConditions.unsupportedAddress(index, type);
  }
  return undefined;
}

function ignoredFields({ tls, defaultScope, allowedListeners }: Gateway['spec']): readonly string[] {
  return [
    ...(tls?.backend ? ['spec.tls.backend'] : []),
    ...(tls?.frontend ? ['spec.tls.frontend'] : []),
    ...(defaultScope !== undefined && defaultScope !== 'None' ? ['spec.defaultScope'] : []),
    ...(allowedListeners && allowedListeners.namespaces.from !== 'None' ? ['spec.allowedListeners'] : []),
  ];
}
