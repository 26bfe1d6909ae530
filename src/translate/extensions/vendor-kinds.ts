import { SLUICE_GROUP } from '../../resources/index.ts';

/** What an object can be named (RFC 1123): nothing else is written into YAML that somebody may apply. */
const NAME = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

interface KindRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Rules answer directly in kgateway by a DirectResponse, which slips in its group are taken for, in Envoy Gateway by this one. */
function isDirectResponse({ group, kind }: KindRef): boolean {
  return kind === 'DirectResponse' || (kind === 'HTTPRouteFilter' && group === 'gateway.envoyproxy.io');
}

/** YAML of what Sluice has in place of an object of another implementation, and the filter that refers to it. */
export function replacementFor(ref: KindRef, namespace: string): string | undefined {
  if (!isDirectResponse(ref) || !NAME.test(ref.name)) return undefined;
  return `apiVersion: ${SLUICE_GROUP}/v1alpha1
kind: DirectResponse
metadata:
  name: ${ref.name}
  namespace: ${namespace}
spec:
  statusCode: 200
  body:
    text: Hello
---
# In the rule:
filters:
  - type: ExtensionRef
    extensionRef:
      group: ${SLUICE_GROUP}
      kind: DirectResponse
      name: ${ref.name}
`;
}
