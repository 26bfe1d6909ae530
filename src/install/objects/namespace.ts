import { NAMESPACE, type Tree } from '../tree.ts';
import { SHARED_LABELS } from './names.ts';

const LEVELS = ['enforce', 'audit', 'warn'];

/** Not of the chart: `helm install --create-namespace` makes one, and a chart that holds its own namespace can't be taken back. */
export const namespace: Tree = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: NAMESPACE,
    labels: {
      ...SHARED_LABELS,
      ...Object.fromEntries(LEVELS.map(level => [`pod-security.kubernetes.io/${level}`, 'restricted'])),
    },
  },
};
