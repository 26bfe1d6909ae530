/** Of profiles that need what no other asks for. */
const MESH = /^Mesh/;

/** What a controller without pods of its own does not claim, for the API has nothing that it could put labels on. */
const NEED_PODS: ReadonlySet<string> = new Set(['GatewayInfrastructureMetadata']);

/** Why a test need not pass today; undefined where it must. */
export function excuse(test: string, inProcess: boolean): string | undefined {
  if (MESH.test(test)) return 'comes with "Mesh"';
  return inProcess && NEED_PODS.has(test) ? 'needs pods: run it without --in-process' : undefined;
}
