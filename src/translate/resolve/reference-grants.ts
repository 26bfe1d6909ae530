import { type ReferenceGrant, yamlText } from '../../resources/index.ts';

/** One reference across namespaces: all of it must be granted. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

type From = CrossReference['from'];
type To = Omit<CrossReference['to'], 'name'>;

/** The keys under which a grant is found: each of `from` with each of `to`. */
export function grantKeys(grant: ReferenceGrant): readonly string[] {
  const { namespace } = grant.metadata;
  return grant.spec.from.flatMap(from => grant.spec.to.map(to => grantKey(from, { ...to, namespace }, to.name)));
}

/** The keys of which a reference needs one: the name itself, or every name. */
export function neededKeys({ from, to }: CrossReference): readonly string[] {
  return [grantKey(from, to, to.name), grantKey(from, to, undefined)];
}

function grantKey(from: From, to: To, name: string | undefined): string {
  return JSON.stringify([from.group, from.kind, from.namespace, to.group, to.kind, to.namespace, name ?? null]);
}

/** The ReferenceGrant that is missing. */
export function grantYaml({ from, to }: CrossReference): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata:
  name: ${yamlText(`${to.name}-from-${from.namespace}`)}
  namespace: ${yamlText(to.namespace)}
spec:
  from:
    - group: ${from.group}
      kind: ${from.kind}
      namespace: ${yamlText(from.namespace)}
  to:
    - group: ${to.group || '""'}
      kind: ${to.kind}
      name: ${yamlText(to.name)}
`;
}
