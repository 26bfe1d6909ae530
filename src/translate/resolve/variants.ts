import { variantOf } from '../../ir/index.ts';
import type { Traffic } from './app-protocol.ts';

/**
 * Variants of a backend: calls of gRPC where HTTP is spoken otherwise, what is passed through where nothing else may be sent, and
 * a certificate that is shown.
 */
export interface Variant {
  readonly traffic: Traffic;
  /** Name of a Secret unit. */
  readonly client?: string;
}

const CLIENT = 'client=';
const TRAFFIC: readonly Traffic[] = ['grpc', 'passed'];

/** Of a way that differs from the usual one. */
export function variantText({ traffic, client }: Variant): string {
  return [...(TRAFFIC.includes(traffic) ? [traffic] : []), ...(client === undefined ? [] : [CLIENT + client])].join(
    ',',
  );
}

export function variantIn(backend: string): Variant {
  const parts = variantOf(backend).split(',');
  const client = parts.find(part => part.startsWith(CLIENT))?.slice(CLIENT.length);
  const traffic = TRAFFIC.find(each => parts.includes(each)) ?? 'http';
  return { traffic, ...(client !== undefined && { client }) };
}
