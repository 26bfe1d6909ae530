import type { Listener, Redirect } from '../../ir/index.ts';
import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Redirects that lead to where the request came from. */
export function redirectLoops({ attached, listeners }: LintSubject): readonly Finding[] {
  const told = new Set<string>();
  return attached.flatMap(({ route, rules, attachments, origin }) => {
    const from = attachments.flatMap(({ listener }) => listeners.get(listener) ?? []);
    return rules.flatMap(({ index, action }): readonly Finding[] => {
      const key = `${route} ${index}`;
      const loops = action.kind === 'redirect' && from.some(listener => leadsBack(action.redirect, listener));
      if (!loops || told.has(key)) return [];
      told.add(key);
      return [
        {
          code: 'RedirectLoop',
          object: originObject(origin),
          path: `spec.rules[${index}].filters`,
          message:
            'the redirect leads to the URL that it comes from, so clients go round in circles: ' +
            'say what is to be another one (scheme, hostname, port or path), or attach the route to another listener',
        },
      ];
    });
  });
}

/** The port of a redirect: its own, else that of its scheme where it names one, else that of the listener. */
function leadsBack({ scheme, hostname, port, path }: Redirect, listener: Listener): boolean {
  if (hostname !== undefined || path !== undefined || scheme === 'https') return false;
  const target = port ?? (scheme === 'http' ? 80 : listener.port);
  return target === listener.port;
}
