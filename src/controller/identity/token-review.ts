/** Whose token it is. */
export type Review =
  | {
      readonly kind: 'authenticated';
      readonly namespace: string;
      readonly serviceAccount: string;
      /** The pod that the token was made for, where it says so. */
      readonly pod: string | undefined;
    }
  /** It is no token for us; it won't be one later. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The API server could not say. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Asks the API server whose a token is (authentication.k8s.io/v1 TokenReview, audience `sluice.dev/config`). Nothing is remembered. */
export type ReviewToken = (token: string) => Promise<Review>;
