import { NAMESPACE, type Tree, value, when } from '../tree.ts';
import { CONFIG_PORT, CONTROLLER, HEALTH_PORT, LABELS, SELECTOR } from './names.ts';

/**
 * The config port is open to all, for proxies are in all namespaces, and on the network of nodes: it asks for a token and
 * shows a certificate. Of what the controllers may reach, ports of the API server are a value, for nobody knows its address.
 */
export const networkPolicy: Tree = when('networkPolicy.create', {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
  spec: {
    podSelector: { matchLabels: SELECTOR },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [tcp(CONFIG_PORT), tcp(HEALTH_PORT)] }],
    egress: [{ ports: [tcp(53), { port: 53, protocol: 'UDP' }] }, { ports: value('networkPolicy.apiServerPorts') }],
  },
});

function tcp(port: number): Tree {
  return { port, protocol: 'TCP' };
}
