import { existsSync } from 'node:fs';

export interface ExplainOperands {
  readonly paths: readonly string[];
  readonly method?: string;
  readonly url: string;
}

const METHODS = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT)$/;
/** Others have dashes too: `M-SEARCH`. */
const METHOD = /^[A-Z][A-Z-]*$/;
/** A slip of the pen that nobody means as a file. */
const METHODS_IN_ANY_CASE = new RegExp(METHODS, 'i');

/** Of `PATH... [METHOD] URL`: the URL is last, and a method the upper-case word before it. */
export function explainOperands(
  operands: readonly string[],
  exists: (path: string) => boolean = existsSync,
): ExplainOperands | { readonly refused: string } {
  const url = operands.at(-1);
  if (url === undefined) return { refused: NEEDS_URL };
  if (!url.includes('://') && exists(url) && !url.startsWith('/')) {
    return { refused: `${NEEDS_URL}; ${url} is a file or folder` };
  }
  if (METHODS_IN_ANY_CASE.test(url)) return { refused: `${NEEDS_URL}; ${url} is a method` };
  const before = operands.at(-2);
  const isMethod = before !== undefined && isMeantAsMethod(before, exists);
  const paths = operands.slice(0, isMethod ? -2 : -1);
  return { paths, url, ...(isMethod && { method: before }) };
}

const NEEDS_URL = 'needs a URL behind the paths: sluice explain PATH... [METHOD] URL';

function isMeantAsMethod(word: string, exists: (path: string) => boolean): boolean {
  return METHODS.test(word) || ((METHOD.test(word) || METHODS_IN_ANY_CASE.test(word)) && !exists(word));
}
