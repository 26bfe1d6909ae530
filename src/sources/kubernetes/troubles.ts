import { isDeepStrictEqual } from 'node:util';
import type { ApiFailure } from '../../kubernetes/index.ts';
import type { Problem } from '../../resources/index.ts';
import { collectionName } from './followed-kinds.ts';

/** What was asked of the API server, and what it means for the user not to get it. */
export interface Request {
  readonly verb: string;
  readonly what:
    | { readonly kind: 'resource'; readonly group: string; readonly plural: string; readonly namespace?: string }
    | { readonly kind: 'path'; readonly path: string };
  /** As a clause: `no HTTPRoute is seen`. */
  readonly loss: string;
}

export interface Trouble {
  readonly request: Request;
  readonly failure: ApiFailure;
}

/** What stands between us and the API server, by the path that was asked for. */
export interface Troubles {
  set(path: string, trouble: Trouble | undefined): void;
  problems(): readonly Problem[];
  /** What time alone, or a mended connection, may cure; one that concerns the whole server comes first. */
  passing(): Trouble | undefined;
  /** Whether the API server has been failing at this for so long that nothing should wait for it. */
  lasting(path: string): boolean;
}

/** Refused for good, or not there: nothing to wait for. */
export function isFinal({ status }: ApiFailure): boolean {
  return status === 403 || status === 404 || status === 410;
}

/** Nothing is to be had of the server: it can't be reached, or refuses who we are. */
export function isOfServer({ status, reason }: ApiFailure): boolean {
  return status === 401 || reason === 'Unreachable';
}

interface Standing extends Trouble {
  /** In ms of `performance.now()`. */
  readonly since: number;
}

/** `patience`: how long a failure must stand until it is a lasting one, in ms. */
export function createTroubles(server: string, patience: number, changed: () => void): Troubles {
  const troubles = new Map<string, Standing>();
  let standing: readonly Problem[] = [];

  const update = () => {
    const next = problemsOf(server, [...troubles.values()], standing);
    if (isDeepStrictEqual(next, standing)) return;
    standing = next;
    changed();
  };

  return {
    set(path, trouble) {
      if (trouble) troubles.set(path, { ...trouble, since: troubles.get(path)?.since ?? performance.now() });
      else troubles.delete(path);
      update();
    },
    problems: () => standing,
    passing() {
      const passing = [...troubles.values()].filter(({ failure }) => !isFinal(failure));
      return passing.find(({ failure }) => isOfServer(failure)) ?? passing[0];
    },
    lasting(path) {
      const trouble = troubles.get(path);
      return trouble !== undefined && !isOfServer(trouble.failure) && performance.now() - trouble.since >= patience;
    },
  };
}

/** One for a server that can't be reached, however many requests that befell, and in the words that it was first said in. */
function problemsOf(server: string, troubles: readonly Trouble[], before: readonly Problem[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const trouble of troubles) {
    const problem = problemOf(server, trouble);
    if (problem && !problems.some(({ code }) => isSaidOnce(code) && code === problem.code)) problems.push(problem);
  }
  return problems.map(problem => before.find(({ code }) => isSaidOnce(code) && code === problem.code) ?? problem);
}

function isSaidOnce(code: string): boolean {
  return code === 'ApiServerUnreachable' || code === 'Unauthorized';
}

const STAYS = 'what it last said stays in force';

function problemOf(server: string, trouble: Trouble): Problem | undefined {
  const { status, reason } = trouble.failure;
  if (status === 403) return forbidden(trouble);
  if (isFinal(trouble.failure)) return undefined;
  const unreachable = reason === 'Unreachable';
  const code = unreachable ? 'ApiServerUnreachable' : status === 401 ? 'Unauthorized' : 'ApiServerError';
  return error(code, `${describeTrouble(server, trouble)}; ${STAYS}`);
}

/** What is in the way now, in one line. */
export function describeTrouble(server: string, { request, failure }: Trouble): string {
  const { status, reason, message } = failure;
  if (reason === 'Unreachable') return message;
  if (status === 401) return `${server} refuses the credentials: ${message}`;
  return `${server} does not ${request.verb} ${nameOf(request)} now: ${message}`;
}

function error(code: string, message: string): Problem {
  return { severity: 'error', code, message };
}

/** `User "…"` of the message of an API server's authorizer. */
const USER = /\bUser "((?:[^"\\]|\\.)+)"/;

function forbidden({ request, failure }: Trouble): Problem {
  const user = USER.exec(failure.message)?.[1] ?? 'this user';
  const said = `${user} may not ${request.verb} ${nameOf(request)}${scopeOf(request)}, so ${request.loss}`;
  return { ...error('Forbidden', said), fix: missingRule(request) };
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
  const group = what.group === '' ? '""' : what.group;
  return `- apiGroups: [${group}]\n  resources: [${what.plural}]\n  verbs: [get, list, watch]`;
}
