import type { AdminClient } from '../../conformance/api-server.ts';
import type { KubeObject } from '../../conformance/cluster/objects.ts';

export interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** Follows the objects of a path from now on, until it is stopped. */
export function watch(client: AdminClient, path: string, onEvent: (event: WatchEvent) => void): { stop(): void } {
  let rest = '';
  const stop = client.stream(`${path}${path.includes('?') ? '&' : '?'}watch=true`, text => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onEvent(JSON.parse(line) as WatchEvent);
  });
  return { stop };
}
