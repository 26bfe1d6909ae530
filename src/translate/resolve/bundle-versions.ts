import { type CustomResourceDefinition, GATEWAY_GROUPS } from '../../resources/index.ts';

const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';
const CHANNEL = 'gateway.networking.k8s.io/channel';

/**
 * Releases of Gateway API whose objects mean what our tables say: the tables are those of v1.6, and until then the kinds
 * of v1 only gained fields. A later release may have fields that would go unread.
 */
const KNOWN = /^v1\.[0-6]\.\d+(-[0-9A-Za-z.-]+)?$/;

/** Whether it is one of Gateway API's own. A CRD has the name `plural.group`. */
export function definesGatewayAPI({ metadata }: CustomResourceDefinition): boolean {
  return GATEWAY_GROUPS.includes(metadata.name.slice(metadata.name.indexOf('.') + 1));
}

/** As the annotation says, which every CRD of a release has. */
export function bundleVersion({ metadata }: CustomResourceDefinition): string | undefined {
  return Object.hasOwn(metadata.annotations, BUNDLE_VERSION) ? metadata.annotations[BUNDLE_VERSION] : undefined;
}

/** Whether it lacks the fields of the experimental channel. */
export function isStandard(definition: CustomResourceDefinition | undefined): boolean {
  return definition?.metadata.annotations[CHANNEL] === 'standard';
}

export function isKnownVersion(definition: CustomResourceDefinition): boolean {
  return KNOWN.test(bundleVersion(definition) ?? '');
}
