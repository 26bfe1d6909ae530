import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Problem, ProblemCode } from '../resources/index.ts';
import { positionAt } from './field-position.ts';

/** Files beyond are no manifests; reading one whole would only stop everything else. */
export const MAX_BYTES = 64 * 1024 * 1024;

export type ManifestText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly problem: Problem };

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read: permission denied',
  EPERM: 'may not be read: permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'is a symbolic link that leads back to itself',
  EMFILE: 'cannot be opened: too many open files',
};

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Why a file or directory can't be read, for the user. */
export function describeFsError(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code] ?? `cannot be read${code === '' ? '' : ` (${code})`}`;
}

export function fileProblem(
  file: string,
  code: ProblemCode,
  message: string,
  position = { line: 1, column: 1 },
): Problem {
  return { severity: 'error', code, message, location: { file, ...position } };
}

function refused(
  file: string,
  code: ProblemCode,
  message: string,
  position?: { line: number; column: number },
): ManifestText {
  return { kind: 'refused', problem: fileProblem(file, code, message, position) };
}

function tooLarge(file: string, size: number): ManifestText {
  const [has, may] = [Math.ceil(size / 1024 / 1024), MAX_BYTES / 1024 / 1024];
  return refused(file, 'FileTooLarge', `has ${has} MiB; a file of manifests may have ${may} MiB`);
}

/** The text of a file's bytes; `file` is its name for the user. */
export function decodeManifest(bytes: Buffer, file: string): ManifestText {
  if (bytes.length > MAX_BYTES) return tooLarge(file, bytes.length);
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return { kind: 'text', text };
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (wide) return refused(file, 'NotUtf8', 'is UTF-16; save it as UTF-8');
  return refused(
    file,
    'NotUtf8',
    'is no UTF-8 from here on; save it as UTF-8',
    positionAt(text, text.indexOf('\uFFFD')),
  );
}

/** Reads a file of `size` bytes; `file` is its name for the user. */
export function readManifestText(path: string, size: number, file: string): ManifestText {
  if (size > MAX_BYTES) return tooLarge(file, size);
  try {
    return decodeManifest(readFileSync(path), file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'gone' };
    return refused(file, 'FileUnreadable', describeFsError(error));
  }
}
