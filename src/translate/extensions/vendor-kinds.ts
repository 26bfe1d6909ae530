import { SLUICE_GROUP } from '../../resources/index.ts';

interface KindRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Kinds of other implementations by which rules answer directly: kgateway and Envoy Gateway. */
const DIRECT_RESPONSES = ['DirectResponse.gateway.kgateway.dev', 'HTTPRouteFilter.gateway.envoyproxy.io'];
/** The same kind, by a reference with a slip in its group. */
const isDirectResponse = ({ group, kind }: KindRef): boolean =>
  kind === 'DirectResponse' || DIRECT_RESPONSES.includes(`${kind}.${group}`);

/** YAML of what Sluice has in place of an object of another implementation, and the filter that refers to it. */
export function replacementFor(ref: KindRef, namespace: string): string | undefined {
  if (!isDirectResponse(ref)) return undefined;
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
