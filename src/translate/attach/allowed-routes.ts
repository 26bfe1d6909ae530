import type { LabelSelector } from '../../resources/index.ts';
import { selectorFault, selects } from './label-selector.ts';

/** Whose routes a listener takes (allowedRoutes.namespaces), understood. */
export type AllowedNamespaces =
  | { readonly kind: 'all' }
  | { readonly kind: 'same'; readonly namespace: string }
  | { readonly kind: 'selector'; readonly selector: LabelSelector }
  | { readonly kind: 'none' };

interface RouteNamespaces {
  readonly from: string;
  readonly selector?: LabelSelector;
}

/** The namespaces, and in words what is wrong with them; what can't be understood allows nothing. */
export function allowedNamespaces(
  { from, selector }: RouteNamespaces,
  gatewayNamespace: string,
): { readonly namespaces: AllowedNamespaces; readonly fault?: string } {
  switch (from) {
    case 'All':
      return { namespaces: { kind: 'all' } };
    case 'Same':
      return { namespaces: { kind: 'same', namespace: gatewayNamespace } };
    case 'Selector': {
      const fault = selectorFault(selector);
      if (selector && fault === undefined) return { namespaces: { kind: 'selector', selector } };
      return { namespaces: { kind: 'none' }, ...(fault !== undefined && { fault }) };
    }
    default:
      return { namespaces: { kind: 'none' }, fault: `from is ${JSON.stringify(from)}; use All, Same or Selector` };
  }
}

/** Whether routes of a namespace may attach; its labels are looked at only for a selector. */
export function allows(
  allowed: AllowedNamespaces,
  namespace: string,
  labelsOf: (namespace: string) => Readonly<Record<string, string>>,
): boolean {
  switch (allowed.kind) {
    case 'all':
      return true;
    case 'same':
      return namespace === allowed.namespace;
    case 'selector':
      return selects(allowed.selector, labelsOf(namespace));
    case 'none':
      return false;
    default:
      return allowed satisfies never;
  }
}

/** Labels of a namespace; Kubernetes gives each one its name, and one without object exists all the same. */
export function namespaceLabels(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...labels, 'kubernetes.io/metadata.name': name };
}
