import { apiServerGone } from './api-server-gone.ts';
import { conflictingWriter } from './conflicting-writer.ts';
import { deletedBetweenEvents } from './deleted-between-events.ts';
import { foreignStatuses } from './foreign-statuses.ts';
import { missingVerbs } from './missing-verbs.ts';
import type { Scenario } from './scenario.ts';
import { standardChannel } from './standard-channel.ts';
import { tooOld } from './too-old.ts';
import { twoControllers } from './two-controllers.ts';

/** In the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [
  foreignStatuses,
  conflictingWriter,
  deletedBetweenEvents,
  missingVerbs,
  twoControllers,
  tooOld,
  apiServerGone,
  standardChannel,
];
