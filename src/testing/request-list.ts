import { check } from '../resources/index.ts';
import type { TestRequest } from './routing-test.ts';
import { REQUEST } from './suite-schema.ts';

/** A line of a list of requests, read or refused. */
export type ListedRequest =
  | { readonly line: number; readonly request: TestRequest }
  | { readonly line: number; readonly refused: string };

/** A method in upper case, a URL, and headers with `; ` between them. */
const LINE = /^(?:([A-Z][A-Z-]*)\s+)?(\S+)(?:\s+(.*))?$/;
/** A `;` belongs to a value unless a name and a colon follow. */
const BETWEEN = /;\s*(?=[A-Za-z0-9!#$%&'*+\-.^_`|~]+:)/;

/** Reads `[METHOD] URL [name: value; …]` from each line; blank lines and those that begin with # are passed over. */
export function readRequestList(text: string): readonly ListedRequest[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const line = content.trim();
    return line === '' || line.startsWith('#') ? [] : [readLine(line, index + 1)];
  });
}

function readLine(content: string, line: number): ListedRequest {
  const [, method, url = '', rest = ''] = LINE.exec(content) ?? [];
  const headers = rest
    .split(BETWEEN)
    .filter(header => header.trim() !== '')
    .map(splitHeader);
  const wrong = headers.find(([name, value]) => value === undefined || name === '');
  if (wrong) return { line, refused: `${JSON.stringify(wrong[0])} is no header: write name: value` };
  const raw = {
    ...(method !== undefined && method !== 'GET' && { method }),
    url,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  };
  const { value: request, findings } = check(REQUEST, raw);
  const [first] = findings;
  return request && !first ? { line, request } : { line, refused: first?.message ?? 'is no request' };
}

function splitHeader(header: string): readonly [name: string, value: string | undefined] {
  const colon = header.indexOf(':');
  return colon < 0 ? [header.trim(), undefined] : [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
}
