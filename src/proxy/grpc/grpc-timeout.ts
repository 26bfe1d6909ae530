const TIMEOUT = /^(\d{1,8})([HMSmun])$/;

const MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** What `grpc-timeout` says, in ms, never less than one; Infinity for no field, and for one that says nothing (gRPC over HTTP/2, "Timeout"). */
export function readGrpcTimeout(value: string | undefined): number {
  const [, digits, unit] = (value !== undefined && TIMEOUT.exec(value)) || [];
  if (digits === undefined || unit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(1, Number(digits) * MS[unit]!);
}
