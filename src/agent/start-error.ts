/** The proxy could not start for a reason that the user can mend; the message says which. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
