import { RE2JS } from 're2js';
import { regexSize } from './regex-size.ts';

/** Instructions. Each may cost a request time at every character, and everybody's requests wait for it. */
const LARGEST = 1_000;

/** Why RE2 refuses a pattern, or nothing. The library tells it by throwing. */
export function regexFault(pattern: string): string | undefined {
  if (regexSize(pattern) > LARGEST) return `with its repetitions written out it has more than ${LARGEST} parts`;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The text with which every path that a pattern matches begins, as far as can be seen without understanding it. */
export function literalStart(pattern: string): string {
  const { text, next } = /^\^?(?<text>[\w/~%&=:@!,;-]*)(?<next>[\s\S]?)/.exec(pattern)!.groups as {
    text: string;
    next: string;
  };
  return '?*{'.includes(next) && next !== '' ? text.slice(0, -1) : text;
}
