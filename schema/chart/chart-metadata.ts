import { stringify } from 'yaml';

/** Since when API servers judge the rules of our definitions, and apply on the server. */
const OLDEST_KUBERNETES = '>=1.29.0-0';

/** `Chart.yaml`: chart and program have one version. */
export function chartMetadata(version: string): string {
  return stringify({
    apiVersion: 'v2',
    name: 'sluice',
    description: 'A Kubernetes Gateway API implementation: a controller, and proxies for each Gateway',
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: OLDEST_KUBERNETES,
    keywords: ['gateway-api', 'ingress', 'proxy'],
  });
}
