export type StartErrorCode = 'NothingToRead' | 'AddressNotUsable';

/** The gateway could not start for a reason that the user can mend; the message says how. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.name = 'StartError';
    this.code = code;
  }
}
