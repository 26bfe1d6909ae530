/** The answer to "what happens to this request, and why": the JSON of `sluice explain --output json` and `GET /explain`. */
export interface Explanation {
  /** `error`: no backend gets it, and the manifests did not ask for that. */
  readonly outcome: 'route' | 'redirect' | 'direct' | 'error';
  /** Of an answer that is ours; absent where the backend decides, or where no connection comes about. */
  readonly status?: number;
  /** One line: what happens. */
  readonly summary: string;
  /** Why, where the outcome is an error: the most probable first. */
  readonly causes: readonly Cause[];
  /** Of a connection that begins with TLS: what the handshake comes to. */
  readonly tls?: TlsFacts;
  /** The one that the client is shown. */
  readonly certificate?: CertificateFacts;
  readonly listener?: ListenerFacts;
  /** Of the same socket. */
  readonly otherListeners: readonly OtherListener[];
  readonly match?: MatchFacts;
  /** In words: what set the match apart from the next that held as well. */
  readonly decidedBy?: string;
  /** Those that held but came after, then the nearest of the others; at most 20. */
  readonly losers: readonly LoserFacts[];
  /** All that lost, also those beyond `losers`. */
  readonly lost: number;
  readonly filters: readonly FilterFacts[];
  /** What the backend sees; of several, what the first does. */
  readonly request?: SeenRequest;
  readonly backends: readonly BackendFacts[];
  /** What the client gets, where we answer. */
  readonly answer?: AnswerFacts;
  readonly policies: readonly PolicyFacts[];
  /** What was assumed, and what else is worth knowing. */
  readonly notes: readonly string[];
  /** What stands against the objects that are concerned. */
  readonly problems: readonly ProblemFacts[];
}

/** What is said of nobody's request. */
export const NOTHING = {
  otherListeners: [],
  losers: [],
  lost: 0,
  filters: [],
  backends: [],
  policies: [],
  problems: [],
} as const;

export interface Cause {
  readonly message: string;
  /** `file:line`. */
  readonly source?: string;
  /** Text or YAML that mends it. */
  readonly fix?: string;
}

export interface ListenerFacts {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly name: string;
  /** Of the manifest. */
  readonly port: number;
  /** `*` for any host. */
  readonly hostname: string;
  readonly source?: string;
}

export interface TlsFacts {
  /** SNI; '' for none. */
  readonly serverName: string;
  /** That the server name chooses; absent where the handshake is refused, for none has the name. */
  readonly listener?: ListenerFacts;
  /** `terminate`: here; `passthrough`: the backend speaks TLS itself. */
  readonly mode?: 'terminate' | 'passthrough';
  /** What ALPN comes to, of a client that offers both. */
  readonly protocol?: 'h2' | 'http/1.1';
  /** Default TLSv1.2. */
  readonly minVersion?: string;
  readonly ciphers?: string;
  /** What clients have to show. */
  readonly clients?: {
    readonly mode: 'valid-only' | 'insecure-fallback';
    /** `ConfigMap namespace/name`. */
    readonly authorities: readonly string[];
  };
}

export interface CertificateFacts {
  /** `namespace/name`. */
  readonly secret: string;
  /** DNS names that it is for. */
  readonly names: readonly string[];
  /** The server name is one of them. */
  readonly covers: boolean;
  /** As RFC 3339. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly validity: 'valid' | 'expired' | 'not-yet-valid';
  /** `selfSigned`: nobody vouches for it. */
  readonly issuer: string;
  readonly selfSigned: boolean;
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string;
  readonly source?: string;
  /** Of the same listener. */
  readonly others: readonly { readonly secret: string; readonly names: readonly string[] }[];
}

/** How a backend is spoken to with TLS. */
export interface BackendTlsFacts {
  /** Sent as SNI. */
  readonly serverName: string;
  /** Names of which the certificate must have one. */
  readonly names: readonly string[];
  /** `ConfigMap namespace/name`, or `system`: those that the machine trusts. */
  readonly authorities: readonly string[];
  /** `namespace/name` of the Secret whose certificate we show. */
  readonly clientCertificate?: string;
}

export interface OtherListener {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly name: string;
  readonly hostname: string;
  /** Why the request is not its. */
  readonly reason: string;
}

export interface MatchFacts {
  /** Of the route. */
  readonly kind: string;
  /** `namespace/name`. */
  readonly route: string;
  readonly rule: number;
  readonly ruleName?: string;
  readonly match: number;
  /** Its conditions in words. */
  readonly conditions: string;
  /** The hostname under which it stands; `*` for any. */
  readonly hostname: string;
  readonly source?: string;
}

export interface LoserFacts {
  readonly route: string;
  readonly rule: number;
  readonly match: number;
  readonly reason: string;
  readonly source?: string;
}

export interface FilterFacts {
  /** As in the manifest: `RequestHeaderModifier`. */
  readonly type: string;
  /** What it does to this request or its answer. */
  readonly effect: string;
  /** The backend whose own it is. */
  readonly backend?: string;
  readonly source?: string;
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly host: string;
  /** What the client sent, where the backend sees it otherwise. */
  readonly was?: { readonly path?: string; readonly host?: string };
  /** Without Host. */
  readonly headers: readonly SeenHeader[];
  readonly removed: readonly { readonly name: string; readonly value: string }[];
}

export interface SeenHeader {
  readonly name: string;
  readonly value: string;
  readonly change?: 'added' | 'changed';
  /** The client's value, where it was changed. */
  readonly was?: string;
}

export interface BackendFacts {
  /** `Service namespace/name:port`; where there is none, what answers this share. */
  readonly ref: string;
  readonly weight: number;
  /** Of the requests, in percent. */
  readonly share: number;
  readonly endpoints: readonly EndpointFacts[];
  /** Of HTTP, where it is not HTTP/1.1: `http2`, or `negotiated` by ALPN. */
  readonly protocol?: 'http2' | 'negotiated';
  /** Absent: plaintext, or TLS that is passed through. */
  readonly tls?: BackendTlsFacts;
  /** The connection begins with a header of the PROXY protocol. */
  readonly proxyProtocol?: 'v1' | 'v2';
  /** It is the only one. */
  readonly picked?: true;
  /** What this share is answered with, where no backend gets it. */
  readonly answer?: AnswerFacts;
  /** Where this share differs from `request`. */
  readonly request?: SeenRequest;
  readonly source?: string;
}

export interface EndpointFacts {
  /** `host:port`; IPv6 in brackets. */
  readonly address: string;
  readonly state: 'ready' | 'draining';
  /**
   * Of a gateway that serves. `ejected`: left out for a while, for no connection could be made to it; `failing`: the next request
   * tries it again.
   */
  readonly health?: 'ok' | 'ejected' | 'failing';
}

export interface AnswerFacts {
  readonly status: number;
  /** Of a call: what tells of its failure, for `status` is 200 then. */
  readonly grpcStatus?: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export interface PolicyFacts {
  /** `timeouts.request`. */
  readonly field: string;
  readonly value: string;
  /** `HTTPRoute/namespace/name spec.rules[0].timeouts`. */
  readonly from: string;
  readonly source?: string;
}

export interface ProblemFacts {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  readonly source?: string;
  readonly fix?: string;
}
