/** What the controller shows to proxies: PEM. */
export interface ServerCredentials {
  readonly key: string;
  readonly cert: string;
}
