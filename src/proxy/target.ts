import { isNormalPath, normalizePath, parseHost } from '../router/index.ts';
import type { HostCache } from './host-cache.ts';
import { latin1 } from './http1/chars.ts';
import { BAD_HOST, BAD_PATH } from './http1/refusal.ts';
import type { RequestHead } from './http1/request-head.ts';

/** Finds `host` and the normalised `path` of a parsed request; 0, or why the request is refused. */
export function readTarget(head: RequestHead, hosts: HostCache): number {
  const { bytes, pathStart, pathEnd } = head;
  const host = hosts.lookup(bytes, head.hostStart, head.hostEnd);
  if (host === undefined || (host === '' && head.version !== 10)) return BAD_HOST;
  // A target in absolute form counts instead of Host, but doesn't make an invalid one valid (RFC 9112 §3.2).
  if (head.absolute && head.version !== 20 && parseHost(head.header('host') ?? '') === undefined) return BAD_HOST;
  head.host = host;
  head.rewritten = false;
  if (isNormalPath(bytes, pathStart, pathEnd)) {
    head.path = latin1(bytes, pathStart, pathEnd);
    return 0;
  }
  // A target in absolute form may end with its authority: that is the root (RFC 9110 §4.2.3).
  const path = pathStart === pathEnd ? '/' : normalizePath(latin1(bytes, pathStart, pathEnd));
  if (path === undefined) return BAD_PATH;
  head.path = path;
  head.rewritten = true;
  return 0;
}
