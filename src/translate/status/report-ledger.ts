import { type ObjectRef, type Problem, refKey } from '../../resources/index.ts';
import type { Report, Status } from './report.ts';

/** The last report about every object, and which statuses each new one changes. */
export interface ReportLedger {
  /** `key` as of {@link refKey}; `report` undefined: there is nothing to say about that object any more. */
  record(reports: Iterable<readonly [key: string, report: Report | undefined]>): readonly StatusChange[];
  statusOf(object: ObjectRef): Status | undefined;
  allStatuses(): readonly { readonly object: ObjectRef; readonly status: Status }[];
  problems(): readonly Problem[];
}

export interface StatusChange {
  readonly object: ObjectRef;
  /** Undefined: it has none any more. */
  readonly status: Status | undefined;
}

export function createReportLedger(): ReportLedger {
  const reports = new Map<string, Report>();
  /** Keys of the reports with problems: few, and asked for after every change. */
  const troubled = new Set<string>();

  function record(changed: Iterable<readonly [string, Report | undefined]>): readonly StatusChange[] {
    const statuses: StatusChange[] = [];
    for (const [key, after] of changed) {
      const before = reports.get(key);
      const object = (after ?? before)?.object;
      if (!object) continue;
      if (text(before?.status) !== text(after?.status)) statuses.push({ object, status: after?.status });
      if (after) reports.set(key, after);
      else reports.delete(key);
      if (after && after.problems.length > 0) troubled.add(key);
      else troubled.delete(key);
    }
    return statuses;
  }

  const inOrder = (keys: Iterable<string>) => [...keys].sort().map(key => reports.get(key)!);

  return {
    record,
    statusOf: object => reports.get(refKey(object))?.status,
    allStatuses: () => inOrder(reports.keys()).flatMap(({ object, status }) => (status ? [{ object, status }] : [])),
    problems: () => inOrder(troubled).flatMap(({ problems }) => problems),
  };
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
