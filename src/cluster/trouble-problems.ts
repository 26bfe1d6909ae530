import { ruleFor, whoIsRefused } from '../kubernetes/index.ts';
import type { Problem, ProblemCode } from '../resources/index.ts';
import { collectionName } from './followed-kinds.ts';
import { isFinal, type Request, type Trouble } from './trouble.ts';

/**
 * What troubles mean for the user. A server that can't be reached is one problem, however many requests that befell, and
 * keeps the words of `before` that it was first said in.
 */
export function problemsOf(
  server: string,
  troubles: readonly Trouble[],
  before: readonly Problem[],
): readonly Problem[] {
  const problems = [...failures(server, troubles), ...refusals(troubles)];
  return problems.map(problem => before.find(({ code }) => isSaidOnce(code) && code === problem.code) ?? problem);
}

function failures(server: string, troubles: readonly Trouble[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const trouble of troubles.filter(({ failure }) => !isFinal(failure))) {
    const problem = error(codeOf(trouble), `${describeTrouble(server, trouble)}; what it last said stays in force`);
    const said = isSaidOnce(problem.code) && problems.some(({ code }) => code === problem.code);
    if (!said) problems.push(problem);
  }
  return problems;
}

function codeOf({ failure }: Trouble): ProblemCode {
  if (failure.reason === 'Unreachable') return 'ApiServerUnreachable';
  return failure.status === 401 ? 'Unauthorized' : 'ApiServerError';
}

function isSaidOnce(code: ProblemCode): boolean {
  return code === 'ApiServerUnreachable' || code === 'Unauthorized';
}

/** What is in the way now, in one line. */
export function describeTrouble(server: string, { request, failure }: Trouble): string {
  const { reason, status, message } = failure;
  if (reason === 'Unreachable') return message;
  if (status === 401) return `${server} refuses the credentials: ${message}`;
  return `${server} does not ${request.verb} ${nameOf(request)} now: ${message}`;
}

/** One rule may be missing for many objects. */
function refusals(troubles: readonly Trouble[]): readonly Problem[] {
  const refused = troubles.filter(({ failure }) => failure.status === 403);
  return [...Map.groupBy(refused, missingRight)].map(([right, [first, ...others]]) => {
    const more =
      others.length === 0 ? '' : `, nor ${others.length === 1 ? 'is 1 other' : `are ${others.length} others`}`;
    return { ...error('Forbidden', `${right}, so ${first!.request.loss}${more}`), fix: missingRule(first!.request) };
  });
}

function missingRight({ request, failure }: Trouble): string {
  return `${whoIsRefused(failure.message)} may not ${request.verb} ${nameOf(request)}${scopeOf(request)}`;
}

function error(code: ProblemCode, message: string): Problem {
  return { severity: 'error', code, message };
}

function nameOf({ what }: Request): string {
  return what.kind === 'path' ? what.path : collectionName(what.group, what.plural);
}

function scopeOf({ what }: Request): string {
  if (what.kind === 'path') return '';
  return what.namespace === undefined ? ' in all namespaces' : ` in namespace ${what.namespace}`;
}

/** A rule for the ClusterRole. */
function missingRule({ what }: Request): string {
  if (what.kind === 'path') return `- nonResourceURLs: [${what.path}, ${what.path}/*]\n  verbs: [get]`;
  return ruleFor({ group: what.group, resource: what.plural, verbs: ['get', 'list', 'watch'] });
}
