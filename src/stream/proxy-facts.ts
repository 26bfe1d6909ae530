/** What a proxy says of itself. */
export interface ProxyFacts {
  /** `namespace/pod`; a proxy of the same scope and name takes the place of the former one. */
  readonly name: string;
  /** Of the program. */
  readonly version: string;
  /** IP addresses of the node that it runs on; what is none is left out. */
  readonly hostAddresses: readonly string[];
  readonly podAddresses: readonly string[];
}
