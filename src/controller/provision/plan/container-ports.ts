/** Where a proxy's pod answers probes and gives metrics, and the admin address within it: no listener gets these. */
export const HEALTH_PORT = 19_001;
export const ADMIN_PORT = 19_000;
export const RESERVED_PORTS: readonly number[] = [ADMIN_PORT, HEALTH_PORT];

const FIRST_UNPRIVILEGED = 1024;
const HIGHEST = 65_535;
const STEP = 10_000;

/**
 * The port of a pod at which each port of a listener is served, for proxies have no privileges: from 1024 on the port
 * itself; one below, 10000 more (80 → 10080), whoever else listens: clients on their way must not come to another listener
 * because one more is added. A reserved one, or one that this takes away, is 10000 more, or 20000 … where another listener
 * has that. The Service leads from one to the other. Depends on the set of ports alone; a port for which none is left is
 * not in the answer.
 */
export function containerPorts(
  ports: readonly number[],
  reserved: readonly number[] = RESERVED_PORTS,
): ReadonlyMap<number, number> {
  const wanted = [...new Set(ports)].sort((a, b) => a - b);
  const isItself = (port: number) => port >= FIRST_UNPRIVILEGED && !reserved.includes(port) && !isOfLowPort(port);
  const found = new Map(wanted.filter(isItself).map(port => [port, port] as const));
  const taken = new Set([...reserved, ...found.keys()]);
  let lowest = FIRST_UNPRIVILEGED;
  for (const port of wanted.filter(candidate => !isItself(candidate))) {
    while (taken.has(lowest)) lowest++;
    const free = steppedPort(port, taken) ?? lowest;
    if (free > HIGHEST) continue;
    found.set(port, free);
    taken.add(free);
  }
  return found;
}

function isOfLowPort(port: number): boolean {
  return port > STEP && port < STEP + FIRST_UNPRIVILEGED;
}

function steppedPort(port: number, taken: ReadonlySet<number>): number | undefined {
  for (let candidate = port + STEP; candidate <= HIGHEST; candidate += STEP) {
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}
