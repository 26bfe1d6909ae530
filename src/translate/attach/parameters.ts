import {
  check,
  type Gateway,
  type GatewayClass,
  kindNamed,
  type ObjectRef,
  SLUICE_GROUP,
  type SluiceProxy,
  type SluiceProxySpec,
} from '../../resources/index.ts';
import { beyondClass } from './beyond-class.ts';
import { mergeParameters } from './merge-parameters.ts';

const KIND = 'SluiceProxy';

/** A SluiceProxy, understood: what is wrong with it, if anything is. */
export interface ProxyView {
  readonly spec: SluiceProxySpec;
  readonly fault?: string;
}

/** Where parametersRef may lead. */
export interface ParameterSources {
  /** By `namespace/name`. */
  proxy(key: string): ProxyView | undefined;
  /** Whether an object stands in the manifests and could not be read. */
  isUnread(object: ObjectRef): boolean;
}

/** How data planes are run, or why that can't be said: a sentence that goes on after the name of the field. */
export type Parameters =
  | { readonly kind: 'known'; readonly spec: SluiceProxySpec }
  | { readonly kind: 'refused'; readonly why: string };

interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

const NONE: Parameters = { kind: 'known', spec: {} };

/** Checked again: an API server may hold what an older definition of the kind let through. */
export function viewProxy({ spec }: SluiceProxy): ProxyView {
  const { schema } = kindNamed(KIND)!;
  const fault = check(schema, { spec }).findings.find(({ severity }) => severity === 'error');
  return { spec, ...(fault && { fault: `${fault.path} ${fault.message}` }) };
}

export function classParameters({ spec }: GatewayClass, sources: ParameterSources): Parameters {
  return spec.parametersRef ? resolve(spec.parametersRef, spec.parametersRef.namespace, sources) : NONE;
}

/** Whether the Gateways of a class have one data plane for all. */
export function sharesProxies(ofClass: Parameters | undefined): boolean {
  return ofClass?.kind === 'known' && ofClass.spec.mode === 'Merged';
}

/** `ofClass` absent: the class has no object, or none that can be told. */
export function gatewayParameters(
  gateway: Gateway,
  ofClass: Parameters | undefined,
  sources: ParameterSources,
): Parameters {
  const below = ofClass?.kind === 'known' ? ofClass.spec : {};
  const reference = gateway.spec.infrastructure?.parametersRef;
  if (!reference) return { kind: 'known', spec: below };
  const own = resolve(reference, gateway.metadata.namespace, sources);
  if (own.kind === 'refused') return own;
  const why = notForGateway(below, own.spec, gateway.spec.gatewayClassName);
  return why === undefined ? { kind: 'known', spec: mergeParameters(below, own.spec) } : { kind: 'refused', why };
}

/** One Gateway must not decide how the proxies of all are run, nor run what its author could not. */
function notForGateway(ofClass: SluiceProxySpec, own: SluiceProxySpec, className: string): string | undefined {
  const foreign = (['mode', 'gatewayParameters'] as const).find(field => own[field] !== undefined);
  if (foreign !== undefined)
    return `names a SluiceProxy with spec.${foreign}, which is for the parameters of a GatewayClass: remove the field`;
  if (ofClass.mode === 'Merged')
    return `is there, and the Gateways of GatewayClass ${className} share their proxies (mode Merged): remove the reference`;
  if (ofClass.gatewayParameters === 'None')
    return `is there, and GatewayClass ${className} takes no parameters of Gateways (gatewayParameters None): remove the reference`;
  const beyond = ofClass.gatewayParameters === 'All' ? undefined : beyondClass(ofClass, own);
  return beyond === undefined
    ? undefined
    : `names a SluiceProxy with ${beyond}, which is for the parameters of a GatewayClass unless these have gatewayParameters All: remove the field`;
}

function resolve(reference: Reference, namespace: string | undefined, sources: ParameterSources): Parameters {
  const { group, kind, name } = reference;
  const refused = (why: string): Parameters => ({ kind: 'refused', why });
  if (group !== SLUICE_GROUP || kind !== KIND) return refused(notKnown(kind, name));
  if (namespace === undefined) return refused(`names ${KIND} ${name} without its namespace: add the field namespace`);
  const object: ObjectRef = { kind: KIND, namespace, name };
  const target = `${KIND} ${namespace}/${name}`;
  const found = sources.proxy(`${namespace}/${name}`);
  if (found)
    return found.fault === undefined
      ? { kind: 'known', spec: found.spec }
      : refused(`names ${target}, where ${found.fault}`);
  return refused(
    sources.isUnread(object)
      ? `names ${target}, which could not be read: see what is wrong with it`
      : `names ${target}, which does not exist`,
  );
}

function notKnown(kind: string, name: string): string {
  return `names ${kind} ${name}, and Sluice knows no parameters of that kind: name a ${KIND} of group ${SLUICE_GROUP}, or remove the reference`;
}
