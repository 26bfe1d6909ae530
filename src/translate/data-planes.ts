import { Derived, type Graph, type Read, type Source } from '../collections/index.ts';
import { type GatewayClass, refKey, type SluiceProxySpec } from '../resources/index.ts';
import type { GatewayView as AttachedGateway, ForeignGateway } from './attach/gateways.ts';
import {
  classParameters,
  gatewayParameters,
  type ParameterSources,
  type Parameters,
  viewProxy,
} from './attach/parameters.ts';
import type { GatewayView } from './gateway-view.ts';
import type { Inputs } from './inputs.ts';

type Equal = (a: unknown, b: unknown) => boolean;

/** How data planes are to be run: of each class, of each Gateway. */
export function parameters(graph: Graph, inputs: Inputs, alike: Equal) {
  const proxies = new Derived(graph, inputs.proxies, viewProxy, alike);
  const sources = (read: Read): ParameterSources => ({
    proxy: key => read(proxies, key),
    isUnread: object => read(inputs.unread, refKey(object)) !== undefined,
  });
  const ofClasses = new Derived(graph, inputs.classes, (each, _, read) => classParameters(each, sources(read)), alike);
  const ofGateways = new Derived(
    graph,
    inputs.gateways,
    (gateway, _, read) =>
      gatewayParameters(gateway, read(ofClasses, `/${gateway.spec.gatewayClassName}`), sources(read)),
    alike,
  );
  return { ofClasses, ofGateways };
}

/** What is needed of each Gateway of ours to give it a data plane. */
export function gatewayViews(
  graph: Graph,
  inputs: Inputs,
  gateways: Source<AttachedGateway | ForeignGateway>,
  { ofClasses, ofGateways }: ReturnType<typeof parameters>,
) {
  const uids = new Derived(graph, inputs.classes, ({ metadata }: GatewayClass) => metadata.uid);
  return new Derived(
    graph,
    gateways,
    (view, key, read): GatewayView | undefined => {
      if (view.kind !== 'ours') return undefined;
      const classUid = read(uids, `/${view.className}`);
      return {
        gateway: read(inputs.gateways, key)!,
        className: view.className,
        ...(classUid !== undefined && { classUid }),
        accepted: view.refused === undefined,
        ...(view.kept && { kept: view.kept }),
        parameters: specOf(read(ofGateways, key)),
        classParameters: specOf(read(ofClasses, `/${view.className}`)),
      };
    },
    (a, b) => textOf(a) === textOf(b),
  );
}

function specOf(found: Parameters | undefined): SluiceProxySpec {
  return found?.kind === 'known' ? found.spec : {};
}

/** Every write of a status makes another version of the object, which is no change to its data plane. */
function textOf({ gateway, ...rest }: GatewayView): string {
  const { resourceVersion: _, ...metadata } = gateway.metadata;
  return JSON.stringify([rest, metadata, gateway.spec]);
}
