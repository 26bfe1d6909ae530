import type { Flag, Read } from './flags.ts';
import { readSecretFile } from './secret-file.ts';

type Token = string | undefined;

/** Shorter ones can be guessed, longer ones are no tokens; characters. */
const LEAST = 16;
const MOST = 256;
const FIT = /^[\x21-\x7e]*$/;

/** Told to nobody: no message quotes it. */
export const DEBUG_TOKEN_FLAGS: Readonly<Record<keyof Named, Flag<Token>>> = {
  'debug-token': {
    placeholder: 'TOKEN',
    help: 'a request with it in X-Sluice-Debug is told in its\nanswer which route, rule and endpoint took it (default:\nnone is); the list of processes shows it, so rather:',
    initial: undefined,
    secret: true,
    read: readToken,
  },
  'debug-token-file': {
    placeholder: 'FILE',
    help: 'the token stands in this file',
    initial: undefined,
    read: readTokenFile,
  },
};

interface Named {
  readonly 'debug-token': Token;
  readonly 'debug-token-file': Token;
}

/** Of both the file's counts. */
export function debugToken(values: Named): Token {
  return values['debug-token-file'] ?? values['debug-token'];
}

function readToken(token: string): Read<Token> {
  if (!FIT.test(token)) return { refused: 'must be printable ASCII without spaces: it goes into a header' };
  if (token.length < LEAST) return { refused: `must have ${LEAST} characters or more, for strangers may guess` };
  return token.length > MOST ? { refused: `must have ${MOST} characters or less` } : { value: token };
}

function readTokenFile(path: string): Read<Token> {
  const bytes = readSecretFile(path);
  if (typeof bytes === 'string') return { refused: `can't be read: ${bytes}` };
  const read = readToken(Buffer.from(bytes).toString('utf8').trim());
  return 'refused' in read ? { refused: `its token ${read.refused}` } : read;
}
