import { existsSync } from 'node:fs';

export interface ExplainOperands {
  readonly paths: readonly string[];
  readonly method?: string;
  readonly url: string;
}

const METHOD = /^[A-Z]+$/;
/** A slip of the pen that nobody means as a file. */
const METHOD_IN_ANY_CASE = /^(?:get|head|post|put|patch|delete|options|trace|connect)$/i;

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
  const before = operands.at(-2);
  const isMethod = before !== undefined && isMeantAsMethod(before, exists);
  const paths = operands.slice(0, isMethod ? -2 : -1);
  return { paths, url, ...(isMethod && { method: before }) };
}

const NEEDS_URL = 'needs a URL behind the paths: sluice explain PATH... [METHOD] URL';

function isMeantAsMethod(word: string, exists: (path: string) => boolean): boolean {
  return METHOD.test(word) || (METHOD_IN_ANY_CASE.test(word) && !exists(word));
}
