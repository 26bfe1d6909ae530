import { parseBackendName } from '../../ir/index.ts';
import { type FieldList, joinedFields } from '../../proxy/index.ts';
import { nameKey } from '../../resources/index.ts';

/** What the echo answers, as JSON. */
export interface Echoed {
  /** `namespace/name`. */
  readonly service: string;
  readonly port: number;
  readonly pod: string;
  readonly method: string;
  /** Request target as received. */
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: string;
  /** Up to 1 MiB of it; absent when the request has none. */
  readonly body?: string;
}

/** What an echo received. */
export interface EchoedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: FieldList;
  /** Of HTTP: `1.1`. */
  readonly version: string;
  readonly body: string;
}

/** What the echo in the place of a backend (`Service/namespace/name/port`) says of a request. */
export function echoed(backend: string, request: EchoedRequest): Echoed {
  const { namespace, name, port } = parseBackendName(backend);
  const headers = Object.fromEntries(joinedFields(request.headers));
  return {
    service: nameKey(namespace, name),
    port,
    pod: `${name}-echo`,
    method: request.method,
    path: request.target,
    host: headers.host ?? '',
    headers,
    protocol: `HTTP/${request.version}`,
    ...(request.body === '' ? {} : { body: request.body }),
  };
}
