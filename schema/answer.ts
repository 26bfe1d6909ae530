/** What the API server says of one object. */
export interface Answer {
  /** HTTP status: 201 takes it. */
  readonly status: number;
  readonly message?: string;
  /** `details.causes` of metav1.Status. */
  readonly causes: readonly { readonly field?: string; readonly message?: string }[];
  /** Texts of the Warning headers. */
  readonly warnings: readonly string[];
}
