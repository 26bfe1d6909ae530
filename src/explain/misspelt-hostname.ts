import type { RequestLine, Tracer } from '../router/index.ts';
import { nearHostname, type RouteView } from '../translate/index.ts';
import type { ConfigView } from './config-view.ts';
import type { Cause } from './explanation.ts';
import { placeOf } from './place.ts';

/** Routes that no listener took, whose hostname is that of the request but for a slip: such a slip is why none took them. */
export function misspeltHostnames(
  view: ConfigView,
  lost: readonly RouteView[],
  tracer: Tracer,
  line: RequestLine,
): readonly Cause[] {
  return lost.flatMap(route => {
    const index = route.hostnames.findIndex(
      hostname => nearHostname(hostname.toLowerCase(), [line.host]) !== undefined,
    );
    const rule = index < 0 ? undefined : route.rules.find(each => holdsButForHost(each, tracer, line));
    return rule ? [causeOf(view, route, index, rule.index, line.host)] : [];
  });
}

function causeOf(view: ConfigView, { object, hostnames }: RouteView, index: number, rule: number, host: string): Cause {
  const path = `spec.hostnames[${index}]`;
  const who = `${object.kind} ${object.namespace}/${object.name}`;
  return {
    message: `${who} rule ${rule} would take this request, were its hostname ${hostnames[index]} spelt ${host}; so no listener took the route`,
    ...placeOf(view, object, path),
    fix: `${path}: ${host}`,
  };
}

function holdsButForHost({ matches }: RouteView['rules'][number], tracer: Tracer, line: RequestLine): boolean {
  return matches.some(match => tracer.judge({ hostname: '*', match }, line).length === 0);
}
