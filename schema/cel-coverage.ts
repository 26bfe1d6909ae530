import { KINDS } from '../src/resources/index.ts';
import type { Answer } from './answer.ts';
import { isOurOwn, objectSchema } from './crd-of.ts';
import { readCrds } from './crds.ts';
import type { OpenApi } from './open-api.ts';

/**
 * Every message of a CEL rule of the experimental channel and of our own kinds, with its kind; rules on changes of a field
 * left out.
 */
export function messagesOfRules(dir: string): readonly (readonly [kind: string, message: string])[] {
  const theirs = readCrds(dir, 'experimental').map(crd => {
    const newest = crd.versions.find(version => version.served)!;
    const { status: _, ...properties } = newest.schema.properties ?? {};
    return [crd.kind, { ...newest.schema, properties }] as const;
  });
  const own = KINDS.filter(isOurOwn).map(kind => [kind.kind, objectSchema(kind)] as const);
  return [...theirs, ...own].flatMap(([kind, schema]) =>
    [...new Set(rules(schema))].map(message => [kind, message] as const),
  );
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
    .filter(([kind]) => kinds.includes(kind))
    .filter(([kind, message]) => !said.get(kind)?.includes(message))
    .map(([kind, message]) => `${kind}: ${message}`)
    .filter(rule => rule !== UNREACHABLE);
}
