import type { TransportRoute } from '../ir/index.ts';
import { matchesHostname } from './hostname.ts';
import { compareHostnames } from './precedence.ts';
import { compareTransportRoutes } from './transport-table.ts';

/** The naive matcher with which the transport table must agree: every attachment is looked at. */
export function matchTransportReference(
  routes: readonly TransportRoute[],
  listener: string,
  serverName: string,
): TransportRoute | undefined {
  const fitting = routes.flatMap(route =>
    route.attachments
      .filter(attachment => attachment.listener === listener)
      .flatMap(({ hostnames }) => hostnames.filter(hostname => matchesHostname(hostname, serverName)))
      .map(hostname => ({ route, hostname })),
  );
  const order = fitting.toSorted(
    (a, b) => compareHostnames(a.hostname, b.hostname) || compareTransportRoutes(a.route, b.route),
  );
  return order[0]?.route;
}
