import { hostHeader, type SentRequest } from '../probe/index.ts';
import { joinedFields } from '../proxy/index.ts';
import type { SeenHeader, SeenRequest } from './explanation.ts';

const MADE_UP = '(made up for each request)';

/** What a backend sees, beside what the client sent. */
export function describeSeen(sent: SentRequest, seen: SentRequest): SeenRequest {
  const host = hostOf(seen);
  const was = {
    ...(sent.target !== seen.target && { path: sent.target }),
    ...(hostOf(sent) !== host && { host: hostOf(sent) }),
  };
  const before = valuesOf(sent.headers);
  const after = valuesOf(seen.headers);
  return {
    method: seen.method,
    path: seen.target,
    host,
    ...(Object.keys(was).length > 0 && { was }),
    headers: [...after].map(([name, value]) => describeHeader(name, value, before.get(name))),
    removed: [...before].flatMap(([name, value]) => (after.has(name) ? [] : [{ name, value }])),
  };
}

function describeHeader(name: string, value: string, was: string | undefined): SeenHeader {
  if (was === value) return { name, value };
  const shown = name === 'x-request-id' ? MADE_UP : value;
  return was === undefined ? { name, value: shown, change: 'added' } : { name, value: shown, change: 'changed', was };
}

function hostOf(request: SentRequest): string {
  return hostHeader(request) ?? '';
}

/** Of the host more is said. */
function valuesOf(headers: SentRequest['headers']): ReadonlyMap<string, string> {
  return joinedFields(headers.filter(([name]) => name.toLowerCase() !== 'host'));
}
