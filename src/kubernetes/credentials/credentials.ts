/** How to reach one API server, and as whom. */
export interface Credentials {
  /** URL, perhaps with a path that all requests begin with. */
  readonly server: string;
  /** Certificates in PEM; absent: those that Node.js trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name in the server's certificate, if not the host of `server`. */
  readonly servername?: string;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
  /** Authorization, Impersonate-User and the like. */
  readonly headers?: Readonly<Record<string, string>>;
  /** http: or https: URL; absent: what the environment says (HTTPS_PROXY, NO_PROXY). */
  readonly proxyUrl?: string;
  /** Of the context or of the pod. */
  readonly namespace?: string;
}

/** What says who asks. */
export type AsUser = Pick<Credentials, 'cert' | 'key' | 'headers'>;

/** There are no credentials to be had. */
export interface Unusable {
  /** For the user: what is wrong, and what would be right. One line, without secrets. */
  readonly unusable: string;
}
