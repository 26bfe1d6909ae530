const EVERY_PROTOCOL = 'Every protocol';
const IN_THE_CLUSTER = 'In the cluster, complete';

const BY_ISSUE: Readonly<Record<string, readonly string[]>> = {
  [IN_THE_CLUSTER]: ['GatewayInfrastructureMetadata', 'GatewayInvalidParametersRef'],
};

const LATER = new Map(Object.entries(BY_ISSUE).flatMap(([issue, tests]) => tests.map(test => [test, issue] as const)));

/** Of profiles that need what no other asks for. */
const LATER_PROFILES = /^Mesh/;

/** The issue that brings what a test needs; undefined where it must pass today. */
export function laterIssue(test: string): string | undefined {
  return LATER.get(test) ?? (LATER_PROFILES.test(test) ? EVERY_PROTOCOL : undefined);
}
