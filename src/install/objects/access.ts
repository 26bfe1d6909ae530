import { NAMESPACE, type Tree } from '../tree.ts';
import { clusterRules, ownRules, type RoleRule } from './controller-rules.ts';
import { CONTROLLER, LABELS } from './names.ts';

const RBAC = 'rbac.authorization.k8s.io';

export const serviceAccount: Tree = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
};

export const clusterRole: Tree = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: CONTROLLER, labels: LABELS },
  rules: clusterRules().map(treeOf),
};

export const clusterRoleBinding: Tree = binding('ClusterRole', { name: CONTROLLER, labels: LABELS });

export const role: Tree = {
  apiVersion: `${RBAC}/v1`,
  kind: 'Role',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
  rules: ownRules().map(treeOf),
};

export const roleBinding: Tree = binding('Role', { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS });

function binding(kind: 'ClusterRole' | 'Role', metadata: Tree): Tree {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: RBAC, kind, name: CONTROLLER },
    subjects: [{ kind: 'ServiceAccount', name: CONTROLLER, namespace: NAMESPACE }],
  };
}

export function treeOf({ apiGroups, resources, resourceNames, verbs }: RoleRule): Tree {
  return { apiGroups, resources, ...(resourceNames && { resourceNames }), verbs };
}
