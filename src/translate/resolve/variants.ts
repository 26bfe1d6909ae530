import { variantOf } from '../../ir/index.ts';
import type { Traffic } from './app-protocol.ts';

/** Variants of a backend: calls of gRPC where HTTP is spoken otherwise, and a certificate that is shown. */
export interface Variant {
  readonly traffic: Traffic;
  /** Name of a Secret unit. */
  readonly client?: string;
}

const CLIENT = 'client=';
const CALLS = 'grpc';

/** Of a way that differs from the usual one. */
export function variantText({ traffic, client }: Variant): string {
  return [...(traffic === 'grpc' ? [CALLS] : []), ...(client === undefined ? [] : [CLIENT + client])].join(',');
}

export function variantIn(backend: string): Variant {
  const parts = variantOf(backend).split(',');
  const client = parts.find(part => part.startsWith(CLIENT))?.slice(CLIENT.length);
  return { traffic: parts.includes(CALLS) ? 'grpc' : 'http', ...(client !== undefined && { client }) };
}
