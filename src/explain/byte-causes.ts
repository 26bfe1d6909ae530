import type { Listener } from '../ir/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import { unreadable } from './causes.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause, ProblemFacts } from './explanation.ts';
import { isAbout, objectWords } from './object-words.ts';
import { placeOf, sourceAt } from './place.ts';
import { lostRoutes } from './unattached-routes.ts';

const MOST = 5;

/** Routes that a listener of bytes may have. */
const KINDS: Readonly<Record<Listener['protocol'], readonly string[]>> = {
  HTTP: [],
  HTTPS: [],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

/** Routes for such a listener that none took, and why. */
export function lostTransports(view: ConfigView, { protocol }: Listener): readonly Cause[] {
  const kinds = KINDS[protocol];
  const lost = lostRoutes(view).filter(({ object }) => kinds.includes(object.kind));
  const causes = lost.slice(0, MOST).flatMap(({ object, parents }) =>
    parents.flatMap(({ path, refused }): Cause[] => {
      if (refused === undefined) return [];
      const message = `${objectWords(object)} was taken by no listener: ${refused.message} (${refused.reason})`;
      return [{ message, ...placeOf(view, object, path) }];
    }),
  );
  const none = view.routes.some(({ object }) => kinds.includes(object.kind)) ? [] : [nothingThere(kinds)];
  return [...causes, ...unreadable(view, new Set(kinds)), ...none];
}

function nothingThere(kinds: readonly string[]): Cause {
  return { message: `there is no ${kinds.join(' or ')}` };
}

/** What stands against a route of bytes. */
export function transportProblems(view: ConfigView, object: ObjectRef): readonly ProblemFacts[] {
  return view.problems
    .filter(problem => isAbout(problem, object))
    .map(problem => {
      const { severity, code, message, path, fix } = problem;
      const where = path === undefined ? '' : `${path}: `;
      return {
        severity,
        code,
        message: `${where}${message}`,
        ...sourceAt(problem.location),
        ...(fix !== undefined && { fix }),
      };
    });
}
