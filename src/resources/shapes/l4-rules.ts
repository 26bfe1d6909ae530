import { list, object, optional } from '../schema/build.ts';
import { sectionName } from './names.ts';
import { backendReference } from './references.ts';

/** The one rule of a TLSRoute, TCPRoute or UDPRoute: backends and nothing to match. */
export const l4Rules = list(
  object({ name: optional(sectionName), backendRefs: list(backendReference, { min: 1, max: 16 }) }),
  { min: 1, max: 1 },
);
