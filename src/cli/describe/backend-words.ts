import { parseBackendName } from '../../ir/index.ts';

/** `Service namespace/name:port` of `Service/namespace/name/port`, as explanations call it. */
export function backendWords(backend: string): string {
  const { kind, namespace, name, port } = parseBackendName(backend);
  return `${kind} ${namespace}/${name}:${port}`;
}
