import type { Answer } from './answer.ts';
import { readCrds } from './crds.ts';
import type { OpenApi } from './open-api.ts';

/** Every message of a CEL rule of the experimental channel, with its kind; rules on changes of a field left out. */
export function messagesOfRules(dir: string): readonly (readonly [kind: string, message: string])[] {
  return readCrds(dir, 'experimental').flatMap(crd => {
    const newest = crd.versions.find(version => version.served)!;
    const { status: _, ...properties } = newest.schema.properties ?? {};
    return [...new Set(rules({ ...newest.schema, properties }))].map(message => [crd.kind, message] as const);
  });
}

function rules(node: OpenApi): readonly string[] {
  const own = (node['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => !rule.includes('oldSelf') && !/^self == old/.test(rule))
    .map(({ rule, message }) => message ?? `failed rule: ${rule}`);
  const below = [node.items, node.additionalProperties, ...Object.values(node.properties ?? {})];
  return [...own, ...below.flatMap(child => (child ? rules(child) : []))];
}

/** An enum of the same field is broken first, and then no rules are run. */
const UNREACHABLE = "HTTPRoute: type must be one of ['Exact', 'PathPrefix', 'RegularExpression']";

/** Rules that no object violated, so that nothing is known about them: `HTTPRoute: message`. */
export function rulesNeverBroken(dir: string, kinds: readonly string[], answers: readonly Answer[]): readonly string[] {
  const said = new Map<string, string>();
  for (const [i, answer] of answers.entries()) {
    const texts = answer.causes.map(({ message }) => message).join('\n');
    said.set(kinds[i]!, `${said.get(kinds[i]!) ?? ''}\n${texts}`);
  }
  return messagesOfRules(dir)
    .filter(([kind, message]) => !said.get(kind)?.includes(message))
    .map(([kind, message]) => `${kind}: ${message}`)
    .filter(rule => rule !== UNREACHABLE);
}
