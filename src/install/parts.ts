import { type Ground, grown } from './grown.ts';
import {
  clusterRole,
  clusterRoleBinding,
  role,
  roleBinding,
  secretsBinding,
  secretsRole,
  serviceAccount,
} from './objects/access.ts';
import { deployment, disruptionBudget, service } from './objects/controller.ts';
import { gatewayClass } from './objects/gateway-class.ts';
import { namespace } from './objects/namespace.ts';
import { networkPolicy } from './objects/network-policy.ts';
import { dutyRoles, peopleRoles } from './objects/roles.ts';
import type { Json, Tree } from './tree.ts';

/** Where Sluice is installed unless somebody says otherwise. */
export const INSTALL_NAMESPACE = 'sluice-system';

/** Objects that stand in one file of the chart. */
export interface Part {
  readonly name: string;
  readonly trees: readonly Tree[];
}

/** All of the chart but the definitions, in the order in which a cluster takes them. */
export const PARTS: readonly Part[] = [
  { name: 'serviceaccount', trees: [serviceAccount] },
  { name: 'clusterrole', trees: [clusterRole, clusterRoleBinding, secretsRole, secretsBinding] },
  { name: 'role', trees: [role, roleBinding] },
  { name: 'roles-for-people', trees: [...dutyRoles, ...peopleRoles] },
  { name: 'networkpolicy', trees: [networkPolicy] },
  { name: 'service', trees: [service] },
  { name: 'poddisruptionbudget', trees: [disruptionBudget] },
  { name: 'deployment', trees: [deployment] },
  { name: 'gatewayclass', trees: [gatewayClass] },
];

/** An object of Kubernetes. */
export type InstalledObject = { readonly [key: string]: Json };

/** The namespace first, then what the chart installs; of the definitions see `deploy/crds`. */
export function objectsToInstall(ground: Ground): {
  readonly namespace: InstalledObject;
  readonly objects: readonly InstalledObject[];
} {
  const all = [namespace, ...PARTS.flatMap(({ trees }) => trees)].flatMap(tree => grownObject(tree, ground));
  const [first = {}, ...objects] = all;
  return { namespace: first, objects };
}

/** None where a value says that it is not wanted. */
function grownObject(tree: Tree, ground: Ground): readonly InstalledObject[] {
  const [object] = grown([tree], ground) as readonly Json[];
  return object === undefined ? [] : [object as InstalledObject];
}
