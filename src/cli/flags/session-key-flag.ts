import { readSessionKeys } from '../../proxy/index.ts';
import type { Flag, Read } from './flags.ts';
import { readSecretFile } from './secret-file.ts';

type Keys = readonly Uint8Array[];

/** No file of a few keys is longer; bytes. */
const LONGEST = 4_096;

/** Keys of sessions, which are told to nobody: no message quotes the file. */
export const SESSION_KEY_FLAG: Flag<Keys> = {
  placeholder: 'FILE',
  help: 'key of the tokens of sessions (32 bytes, as they are, in\nhex or base64), for several proxies or to survive a\nrestart; further lines: older keys (default: made up)',
  initial: [],
  read: readKeyFile,
};

function readKeyFile(path: string): Read<Keys> {
  const bytes = readSecretFile(path);
  if (typeof bytes === 'string') return { refused: `can't be read: ${bytes}` };
  if (bytes.length > LONGEST) return { refused: 'is too long for a file of keys' };
  const found = readSessionKeys(bytes);
  return 'keys' in found ? { value: found.keys } : found;
}
