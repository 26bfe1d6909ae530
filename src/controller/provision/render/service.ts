import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { KubeObject } from '../kube-object.ts';
import { metadataOf, selectorLabels } from './marks.ts';

/**
 * The Service that leads to the proxies: none on the nodes' own network, and none as long as there is no port. Without
 * appProtocol: some clouds take it for how to check health, and ask a gateway for `/`.
 */
export function serviceOf(spec: DataPlaneSpec): KubeObject | undefined {
  const { type = 'LoadBalancer', labels = {}, annotations = {} } = spec.parameters.service ?? {};
  if (type === 'HostNetwork' || spec.ports.length === 0) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(spec, { labels, annotations }),
    spec: {
      type,
      selector: selectorLabels(spec),
      ports: spec.ports.map(({ name, port, containerPort, protocol }) => ({
        name,
        port,
        targetPort: containerPort,
        protocol,
      })),
      ...ofType(type, spec),
    },
  };
}

function ofType(type: string, { parameters, addresses }: DataPlaneSpec): object {
  const { loadBalancerClass, loadBalancerSourceRanges, externalTrafficPolicy } = parameters.service ?? {};
  const address = addresses.find(asked => asked.type === 'IPAddress' && asked.value)?.value;
  const traffic = externalTrafficPolicy && { externalTrafficPolicy };
  switch (type) {
    case 'LoadBalancer':
      return {
        ...traffic,
        ...(loadBalancerClass && { loadBalancerClass }),
        ...(loadBalancerSourceRanges && { loadBalancerSourceRanges }),
        // Deprecated for want of a definition, and yet what most load balancers honour.
        ...(address && { loadBalancerIP: address }),
      };
    case 'ClusterIP':
      return address ? { clusterIP: address } : {};
    case 'NodePort':
      return { ...traffic };
    default:
      return {};
  }
}
