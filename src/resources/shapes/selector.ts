import { list, map, object, optional, text } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';

/** `operator` is free text in the CRDs: In, NotIn, Exists and DoesNotExist mean something. */
export const labelSelector = object({
  matchLabels: optional(map(text())),
  matchExpressions: optional(list(object({ key: text(), operator: text(), values: optional(list(text())) }))),
});
export type LabelSelector = Infer<typeof labelSelector>;
