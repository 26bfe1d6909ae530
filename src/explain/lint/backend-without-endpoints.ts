import { endpointsName, parseBackendName, type Rule } from '../../ir/index.ts';
import { backendsWithEndpoints, tellOfEndpoints } from '../known-endpoints.ts';
import type { Finding } from './finding.ts';
import type { LintedRoute, LintSubject } from './subject.ts';

/** Backends that nothing stands behind; there is something to say only where some have endpoints. */
export function backendsWithoutEndpoints({ units, objects, routes }: LintSubject): readonly Finding[] {
  if (!tellOfEndpoints(objects)) return [];
  const served = backendsWithEndpoints(units);
  const listed = units.filter(unit => unit.kind === 'Backend' && unit.resolve === undefined);
  const idle = new Set(listed.flatMap(({ name }) => (served.has(endpointsName(name)) ? [] : [name])));
  return routes.flatMap(route => route.view.rules.flatMap(rule => idleBackendsOf(route, rule, idle)));
}

/** Each is told once, where it is first named. */
function idleBackendsOf({ object }: LintedRoute, rule: Rule, idle: Set<string>): readonly Finding[] {
  if (rule.action.kind !== 'forward') return [];
  return rule.action.backends.flatMap(({ target, weight }, index) => {
    if (target.kind !== 'backend' || weight === 0 || !idle.delete(target.backend)) return [];
    const { kind, namespace, name, port } = parseBackendName(target.backend);
    return {
      code: 'BackendWithoutEndpoints',
      object,
      path: `spec.rules[${rule.index}].backendRefs[${index}].name`,
      message: `port ${port} of ${kind} ${namespace}/${name} has no ready endpoints, so its requests are answered with 503`,
    };
  });
}
