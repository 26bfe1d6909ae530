import { object, oneOf, optional, ruled, text } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { memberFollowsType } from './union.ts';

const path = text({ maxLength: 1024 });

/** HTTPPathModifier. */
export const pathModifier = ruled(
  object({
    type: oneOf('ReplaceFullPath', 'ReplacePrefixMatch'),
    replaceFullPath: optional(path),
    replacePrefixMatch: optional(path),
  }),
  memberFollowsType({ ReplaceFullPath: 'replaceFullPath', ReplacePrefixMatch: 'replacePrefixMatch' }),
);
export type PathModifier = Infer<typeof pathModifier>;
