import type { Origin } from './origin.ts';

/** Something to forward to: one port of a Service or ServiceImport. Its addresses are the Endpoints of the same name. */
export interface Backend {
  readonly kind: 'Backend';
  /** As `backendName` makes it: `Service/namespace/name/port`, `ServiceImport/namespace/name/port`. */
  readonly name: string;
  readonly hash: string;
  readonly protocol: 'http1';
  readonly origin: Origin;
}

/** The addresses of a Backend. They come on a lane of their own and never pass through translation. */
export interface Endpoints {
  readonly kind: 'Endpoints';
  /** Name of the {@link Backend}. */
  readonly name: string;
  readonly hash: string;
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** `draining` (serving but terminating) gets requests only when nothing is `ready`. */
  readonly state: 'ready' | 'draining';
}
