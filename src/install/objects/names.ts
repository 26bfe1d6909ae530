import type { Tree } from '../tree.ts';

/** Of the Deployment, the Service and the account, which proxies, Leases and certificates go by; a cluster has one. */
export const CONTROLLER = 'sluice-controller';
export const CONFIG_PORT = 18_000;
export const HEALTH_PORT = 19_001;

/** What tells the controller's pods from all others; a Deployment's can never change. */
export const SELECTOR: Readonly<Record<string, string>> = {
  'app.kubernetes.io/name': 'sluice',
  'app.kubernetes.io/component': 'controller',
};

export const LABELS: { readonly [key: string]: Tree } = { ...SELECTOR, 'app.kubernetes.io/part-of': 'sluice' };

/** Labels of what is no part of the controller. */
export const SHARED_LABELS: { readonly [key: string]: Tree } = {
  'app.kubernetes.io/name': 'sluice',
  'app.kubernetes.io/part-of': 'sluice',
};
