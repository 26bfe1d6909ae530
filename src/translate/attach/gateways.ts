import { GATEWAY_GROUP, type Gateway, nameKey, refOf } from '../../resources/index.ts';
import type { CertificateSources } from '../resolve/certificate-refs.ts';
import { type ClientCertificate, clientCertificateOf } from '../resolve/client-certificate.ts';
import type { Verdict } from '../status/condition.ts';
import { gatewayConditions } from '../status/gateway-conditions.ts';
import { type AllowedNamespaces, allowedNamespaces } from './allowed-routes.ts';
import { conflicts } from './conflicts.ts';
import { type FrontendView, validationOf } from './frontend-validation.ts';
import { type ClassView, DEFAULT_CONTROLLER_NAME } from './gateway-classes.ts';
import { inConflict, type ListenerView, viewListeners } from './listeners.ts';
import { overlaps } from './overlaps.ts';
import type { Parameters } from './parameters.ts';
import type { ForeignParent, RouteParent } from './route-parent.ts';

/** A Gateway of ours, understood, before a data plane had its say. */
export interface GatewayView extends RouteParent {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  readonly className: string;
  /** The GatewayClass has no object, and the Gateway is served all the same. */
  readonly classMissing: boolean;
  /** Why the Gateway as a whole is refused. Listeners may be refused beside it. */
  readonly refused?: Verdict;
  /** Of which namespaces it takes ListenerSets; absent: it says nothing of them, and takes none. */
  readonly sets?: AllowedNamespaces;
  /** Clients without a good certificate are let in somewhere. */
  readonly insecure: boolean;
  /** Labels of spec.infrastructure that say on objects made for it what they must; absent: none. */
  readonly ownLabels?: readonly string[];
  /** As whom it calls backends that want TLS; absent: as nobody. */
  readonly client?: ClientCertificate;
}

export interface ForeignGateway extends ForeignParent {
  readonly className: string;
  /** The controller that would serve it, if its GatewayClass existed and named it; absent where the class exists. */
  readonly orphanOf?: string;
}

/** What a Gateway is understood by. */
export interface GatewayContext {
  readonly sources: CertificateSources;
  readonly frontend: FrontendView | undefined;
  readonly gatewayClass: ClassView | undefined;
  readonly parameters: Parameters;
  /** Only the classes of this controller are ours, so a class without object is not. */
  readonly owner: string | undefined;
  /** Gateways have proxies of their own in the cluster. */
  readonly provisions: boolean;
}

/** By which the objects of a data plane are found. */
const OWN_LABELS: ReadonlySet<string> = new Set([
  ...['name', 'component', 'instance', 'managed-by'].map(name => `app.kubernetes.io/${name}`),
  ...['gateway-name', 'gateway-class-name'].map(name => `${GATEWAY_GROUP}/${name}`),
]);

export function viewGateway(gateway: Gateway, context: GatewayContext): GatewayView | ForeignGateway {
  const { gatewayClass, parameters, owner } = context;
  const className = gateway.spec.gatewayClassName;
  const ours = gatewayClass ? gatewayClass.ours : owner === undefined;
  if (!ours) return { kind: 'foreign', object: refOf(gateway), className, ...(!gatewayClass && { orphanOf: owner! }) };
  const { namespace, name, generation } = gateway.metadata;
  const refused = refusal(gateway, gatewayClass, parameters);
  const client = clientCertificateOf(gateway, context.sources);
  const key = nameKey(namespace, name);
  const ownLabels = Object.keys(gateway.spec.infrastructure?.labels ?? {}).filter(label => OWN_LABELS.has(label));
  const allowed = gateway.spec.allowedListeners?.namespaces;
  return {
    kind: 'ours',
    object: refOf(gateway),
    key,
    gateway: key,
    namespace,
    name,
    generation,
    controllerName: gatewayClass?.controllerName ?? DEFAULT_CONTROLLER_NAME,
    className,
    classMissing: gatewayClass === undefined,
    ...(refused && { refused }),
    ...(context.provisions && refused?.reason === 'InvalidParameters' && { kept: true }),
    listeners: listenersOf(gateway, context),
    ...(allowed && { sets: allowedNamespaces(allowed, namespace).namespaces }),
    insecure: context.frontend?.insecure ?? false,
    ...(client && { client }),
    ...(ownLabels.length > 0 && { ownLabels }),
  };
}

function listenersOf(gateway: Gateway, { sources, frontend }: GatewayContext): readonly ListenerView[] {
  const owner = refOf(gateway);
  const validation = (port: number) => validationOf(frontend, port);
  const context = { owner, gateway: nameKey(owner.namespace, owner.name), sources, validation };
  const alone = viewListeners(gateway.spec.listeners, context);
  const conflicting = conflicts(alone);
  const judged = alone.map(listener => inConflict(listener, conflicting.get(listener.section)));
  const overlapping = overlaps(judged);
  return judged.map(listener => {
    const overlap = overlapping.get(listener.section);
    return overlap ? { ...listener, overlapping: overlap } : listener;
  });
}

function refusal(gateway: Gateway, gatewayClass: ClassView | undefined, parameters: Parameters): Verdict | undefined {
  if (gatewayClass?.verdict.status === 'False') {
    return gatewayConditions.classNotAccepted(gateway.spec.gatewayClassName);
  }
  if (parameters.kind === 'refused') return gatewayConditions.invalidParameters(parameters.why);
  for (const [index, { type }] of (gateway.spec.addresses ?? []).entries()) {
    if (type !== 'IPAddress' && type !== 'Hostname') return gatewayConditions.unsupportedAddress(index, type);
  }
  return undefined;
}
