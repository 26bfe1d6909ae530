/** What the name of a Backend says: one port of a Service or ServiceImport. */
export interface BackendPort {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** `Service/namespace/name/port`. */
export function backendName({ kind, namespace, name, port }: BackendPort): string {
  return `${kind}/${namespace}/${name}/${port}`;
}

/** The inverse of {@link backendName}. */
export function parseBackendName(text: string): BackendPort {
  const [kind, namespace, name, port] = text.split('/') as [string, string, string, string];
  return { kind, namespace, name, port: Number(port) };
}
