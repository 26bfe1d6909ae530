/** What every data plane of an installation has in common. */
export interface Install {
  /** `HOST:PORT` that proxies dial. */
  readonly controller: string;
  /** PEM: who may have signed the controller's certificate. */
  readonly caBundle: string;
  /** Of proxies whose SluiceProxy names none. */
  readonly image: string;
  /** The controller's. */
  readonly namespace: string;
}
