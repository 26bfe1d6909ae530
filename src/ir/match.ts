/** How the path of a request is compared; the spec's order of precedence is exact, regex (ours), prefix. */
export type PathMatch =
  | { readonly kind: 'exact'; readonly value: string }
  /**
   * RE2 syntax, anchored to the whole path. Of several that match the first is that of the highest `rank`, which is the
   * length of `value` where it is absent; one below 1 goes behind every prefix but the root.
   */
  | { readonly kind: 'regex'; readonly value: string; readonly rank?: number }
  /** Element-wise: `/abc` matches `/abc` and `/abc/x`, never `/abcd`. No trailing slash, so the root is ''. */
  | { readonly kind: 'prefix'; readonly value: string };

/** A condition on a header (name in lower case) or on a query parameter (name as it stands). */
export interface ValueMatch {
  readonly kind: 'exact' | 'regex';
  readonly name: string;
  readonly value: string;
}

/** All conditions of one match must hold (HTTPRouteMatch); a rule's matches are alternatives. */
export interface Match {
  readonly path: PathMatch;
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
}
