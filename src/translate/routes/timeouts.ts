import type { Timeouts } from '../../ir/index.ts';
import { durationMs, isDuration } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';

interface HTTPRouteTimeouts {
  readonly request?: string;
  readonly backendRequest?: string;
}

/** `0s` means none, as does absence. */
export function translateTimeouts(
  { request, backendRequest }: HTTPRouteTimeouts,
  path: string,
  report: (fault: Fault) => void,
): Timeouts {
  const whole = milliseconds(request, `${path}.request`, report);
  const attempt = milliseconds(backendRequest, `${path}.backendRequest`, report);
  if (whole > 0 && attempt > whole) {
    report(ruleFaults.backendRequestTooLong(`${path}.backendRequest`, backendRequest!, request!));
  }
  return { ...(whole > 0 && { request: whole }), ...(attempt > 0 && { backendRequest: attempt }) };
}

function milliseconds(text: string | undefined, path: string, report: (fault: Fault) => void): number {
  if (text === undefined) return 0;
  if (isDuration(text)) return durationMs(text);
  report(ruleFaults.duration(path, text));
  return 0;
}
