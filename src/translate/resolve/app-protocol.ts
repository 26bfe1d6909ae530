import type { Backend } from '../../ir/index.ts';

/** What is sent to a backend: requests of HTTP, calls of gRPC, bytes that we don't look into, or what of those is in TLS already. */
export type Traffic = 'http' | 'grpc' | 'bytes' | 'passed';

/** What a port says of itself by its appProtocol (GEP-1911). */
interface Spoken {
  readonly http: Backend['protocol'];
  /** Plain text is not what it speaks. */
  readonly encrypted?: true;
  /** It takes no calls of gRPC. */
  readonly noCalls?: true;
}

const WEBSOCKET = { http: 'http1', noCalls: true } as const;
const PLAIN: Spoken = { http: 'negotiated' };

/**
 * In lower case. What is not listed is tried as if nothing were said, but for names of Kubernetes' own. With TLS
 * `negotiated` is whichever ALPN comes to, in the clear it is HTTP/1.1.
 */
const SPOKEN: Readonly<Record<string, Spoken>> = {
  http: PLAIN,
  'kubernetes.io/h2c': { http: 'http2' },
  h2c: { http: 'http2' },
  http2: { http: 'http2' },
  grpc: { http: 'http2' },
  'kubernetes.io/ws': WEBSOCKET,
  ws: WEBSOCKET,
  'kubernetes.io/wss': { ...WEBSOCKET, encrypted: true },
  wss: { ...WEBSOCKET, encrypted: true },
  https: { http: 'negotiated', encrypted: true },
  tls: { http: 'negotiated', encrypted: true },
  h2: { http: 'http2', encrypted: true },
  grpcs: { http: 'http2', encrypted: true },
};

/** Why a port can't be spoken to: TLS is what it wants and nobody says how, or it is another protocol. */
export type ProtocolFault = 'needs-tls' | 'not-spoken' | 'no-calls';

export function protocolOf(
  appProtocol: string | undefined,
  traffic: Traffic,
  encrypted: boolean,
): Backend['protocol'] | ProtocolFault {
  if (traffic === 'bytes' || traffic === 'passed') return 'http1';
  const name = appProtocol?.toLowerCase() ?? 'http';
  const spoken = Object.hasOwn(SPOKEN, name) ? SPOKEN[name]! : PLAIN;
  if (spoken === PLAIN && name.startsWith('kubernetes.io/')) return 'not-spoken';
  if (spoken.encrypted && !encrypted) return 'needs-tls';
  if (traffic === 'grpc') return spoken.noCalls ? 'no-calls' : 'http2';
  return spoken.http === 'negotiated' && !encrypted ? 'http1' : spoken.http;
}

export function isProtocolFault(found: Backend['protocol'] | ProtocolFault): found is ProtocolFault {
  return found === 'needs-tls' || found === 'not-spoken' || found === 'no-calls';
}
