import { parseObject } from '../src/resources/index.ts';
import type { Answer } from './answer.ts';
import type { Case } from './objects.ts';
import { type Causes, readCauses } from './read-causes.ts';

export interface Judged {
  readonly name: string;
  readonly raw: unknown;
  /** What the API server makes of it. */
  readonly valid: boolean;
  /** Both verdicts, where they differ. */
  readonly disagreement?: { readonly ours: string; readonly theirs: string };
  /** It refuses without naming a field: only the verdicts were compared. */
  readonly withoutField: boolean;
  /** We say what was meant instead, and judge that. */
  readonly mended: boolean;
}

interface Ours {
  readonly refused: boolean;
  readonly mended: boolean;
  /** Paths of broken types and limits. */
  readonly limits: readonly string[];
  /** Paths of broken cross-field rules. */
  readonly rules: readonly string[];
  readonly unknown: readonly string[];
  readonly text: string;
}

/**
 * Compares the verdicts, and then the field paths as strictly as the two ways of checking allow. Where our table holds
 * no more than what Sluice reads (kinds of Kubernetes itself), all that is asked is that nothing valid is refused.
 */
export function judge(one: Case, answer: Answer, isRule: (message: string) => boolean): Judged {
  const { name, raw } = one;
  const valid = answer.status < 400;
  const ours = readOurs(raw);
  const theirs = readCauses(answer, isRule);
  const mended = ours.mended && !valid;
  const judged = { name, raw, valid, withoutField: !valid && answer.causes.length === 0, mended };
  const agreed = one.partial
    ? !(ours.refused && valid)
    : mended || (ours.refused === !valid && (judged.withoutField || samePaths(ours, theirs, valid)));
  return agreed ? judged : { ...judged, disagreement: { ours: ours.text, theirs: describe(answer) } };
}

/**
 * Types and limits: the same paths. Rules: each of ours is one of theirs (unless they ran none), and each of theirs is
 * one of ours or is on something that we know to be broken within, for ours are not run there.
 */
function samePaths(ours: Ours, theirs: Causes, valid: boolean): boolean {
  if (valid) return same(ours.unknown, theirs.unknown);
  const broken = [...ours.limits, ...ours.rules];
  const comparable = (paths: readonly string[]) =>
    paths.filter(path => !theirs.alternatives.some(alternative => isWithin(path, alternative)));
  return (
    same(comparable(ours.limits), comparable(theirs.limits)) &&
    (theirs.rulesSkipped || ours.rules.every(path => theirs.rules.includes(path))) &&
    theirs.rules.every(path => broken.some(other => isWithin(other, path)))
  );
}

function isWithin(path: string, ancestor: string): boolean {
  const rest = path.startsWith(ancestor) ? path.slice(ancestor.length) : 'x';
  return rest === '' || rest.startsWith('.') || rest.startsWith('[');
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.every(path => b.includes(path)) && b.every(path => a.includes(path));
}

function readOurs(raw: unknown): Ours {
  const { kind, problems } = parseObject(raw);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const paths = (of: typeof problems) => of.map(({ path = '' }) => withoutBrackets(path));
  return {
    refused: kind !== 'resource',
    mended: problems.some(({ code }) => code.startsWith('Mended')),
    limits: paths(errors.filter(({ code }) => code !== 'InvalidCombination')),
    rules: paths(errors.filter(({ code }) => code === 'InvalidCombination')),
    unknown: paths(problems.filter(({ code }) => code === 'UnknownField')),
    text: errors.map(({ path, code, message }) => `${path} ${code} ${message}`).join('; ') || kind,
  };
}

/** We write keys of maps in brackets, the API server after a point. */
function withoutBrackets(path: string): string {
  return path.replaceAll(/\[([^\]0-9][^\]]*)\]/g, '.$1');
}

function describe({ status, message, causes, warnings }: Answer): string {
  const said = causes.map(({ field, message: cause }) => `${field} ${cause}`);
  return [status, ...(said.length > 0 ? said : [message ?? '']), ...warnings].join('; ');
}
