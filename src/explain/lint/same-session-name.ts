import type { Route, Rule, Session } from '../../ir/index.ts';
import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

interface Keeper {
  readonly route: Route;
  readonly rule: Rule;
}

/** Rules of one host whose sessions overwrite one another: no session reaches beyond its rule. */
export function sameSessionNames({ attached, placeOf }: LintSubject): readonly Finding[] {
  const keepers = new Map<string, Keeper>();
  const told = new Set<string>();
  return attached.flatMap(route =>
    route.rules.flatMap(rule => {
      const session = rule.action.kind === 'forward' ? rule.action.session : undefined;
      return session ? clashes({ route, rule }, session) : [];
    }),
  );

  function clashes(keeper: Keeper, session: Session): readonly Finding[] {
    const keys = keeper.route.attachments.flatMap(({ listener, hostnames }) =>
      hostnames.map(hostname => `${listener} ${hostname} ${carrierKey(session)}`),
    );
    const first = keys.map(key => keepers.get(key)).find(known => known !== undefined);
    for (const key of keys) if (!keepers.has(key)) keepers.set(key, keeper);
    const name = `${keeper.route.route} ${keeper.rule.index}`;
    if (!first || told.has(name)) return [];
    told.add(name);
    return [describe(keeper, first, session)];
  }

  function describe({ route, rule }: Keeper, first: Keeper, { carrier }: Session): Finding {
    const { origin } = route;
    const place = placeOf(first.route.origin, first.rule.origin.field);
    return {
      code: 'SameSessionName',
      object: originObject(origin),
      path: `spec.rules[${rule.index}].sessionPersistence`,
      message:
        `rule ${first.rule.index} of HTTPRoute ${first.route.route} (${place}) keeps its sessions in the ${carrier.kind} ${carrier.name} as well, ` +
        'so a client that uses both loses one with each request to the other; give them names of their own, or leave the name out',
    };
  }
}

/** Cookies of different paths stand beside one another. */
function carrierKey({ carrier }: Session): string {
  return carrier.kind === 'cookie' ? `cookie ${carrier.name} ${carrier.path}` : `header ${carrier.name.toLowerCase()}`;
}
