/** An answer that is no stream. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; a string as text. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** metav1.Status of a failure. */
export function failureStatus(code: number, message: string, reason = REASONS[code] ?? 'Unknown'): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

export function refusal(code: number, message: string, reason?: string): Answer {
  return { status: code, body: failureStatus(code, message, reason) };
}

export const EXPIRED = 'too old resource version';

export const expired = (): Answer => refusal(410, EXPIRED);

/** The kind is not served: no metav1.Status, there as here. */
export const noSuchResource = (): Answer => ({ status: 404, body: '404 page not found\n' });
