import { readFileSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';

/** What is in a file, or why it can't be read; never with any of its contents. */
export function readSecretFile(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return error instanceof Error && 'errno' in error ? getSystemErrorMessage(Number(error.errno)) : String(error);
  }
}
