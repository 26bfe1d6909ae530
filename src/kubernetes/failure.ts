import type { ApiFailure } from './api-client.ts';
import { isRecord } from './plain-data.ts';

const LONGEST_MESSAGE = 500;

/** One printable line. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

/** Paths of no resource are answered with a line of text. */
const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
};

/** Of a metav1.Status, or of a body that is none; `note` is what we have to add. */
export function failureOfStatus(status: number, body: unknown, note?: string): ApiFailure {
  const { reason, message } = isRecord(body) ? body : {};
  const said =
    typeof message === 'string' && message !== '' ? message : `the API server answered with status ${status}`;
  return {
    status,
    reason: typeof reason === 'string' && reason !== '' ? reason : (REASONS[status] ?? `HTTP${status}`),
    message: oneLine(note === undefined ? said : `${said} (${note})`),
  };
}

export function unreadable(message: string): ApiFailure {
  return { status: 0, reason: 'Unreadable', message };
}

/** `can't reach https://…: connection refused`. */
export function unreachable(server: string, error: unknown): ApiFailure {
  return { status: 0, reason: 'Unreachable', message: `can't reach ${server}: ${causeOf(error)}` };
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'no address is known for that name',
  EAI_AGAIN: 'names can not be resolved now',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'no route to that network',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed in the middle of an answer',
};

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function causeOf(error: unknown): string {
  return CAUSES[codeOf(error)] ?? oneLine(error instanceof Error ? error.message : String(error));
}

const OF_TLS = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

/** The two sides could not agree on who they are: a certificate may have been replaced. */
export function isOfTls(error: unknown): boolean {
  return OF_TLS.test(codeOf(error));
}
