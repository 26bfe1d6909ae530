import { parseBackendName, type WeightedBackend } from '../ir/index.ts';

/** What a share of a rule is called: its backend, or what answers in its place. */
export function shareName({ target }: Pick<WeightedBackend, 'target'>): string {
  switch (target.kind) {
    case 'backend':
      return backendWords(target.backend);
    case 'redirect':
      return `redirect ${target.redirect.status}`;
    case 'direct':
      return `answer ${target.direct.status}`;
    case 'failure':
      return `answer ${target.status} (${target.reason})`;
  }
}

/** `Service namespace/name:port` of `Service/namespace/name/port`. */
export function backendWords(backend: string): string {
  const { kind, namespace, name, port } = parseBackendName(backend);
  return `${kind} ${namespace}/${name}:${port}`;
}
