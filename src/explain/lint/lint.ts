import type { Problem } from '../../resources/index.ts';
import type { ConfigView } from '../config-view.ts';
import { backendsWithoutEndpoints } from './backend-without-endpoints.ts';
import { certificatesExpired } from './certificate-expired.ts';
import { type Finding, problemOfFinding } from './finding.ts';
import { hostnamesTaken } from './hostname-taken.ts';
import { hostnamesOverlap } from './hostnames-overlap.ts';
import { listenersWithoutRoutes } from './listener-without-routes.ts';
import { literalStars } from './literal-star.ts';
import { mirrorsBesideAnswers } from './mirror-beside-answer.ts';
import { policiesWithoutTarget } from './policy-without-target.ts';
import { redirectLoops } from './redirect-loop.ts';
import { regexesWithoutMatch } from './regex-cannot-match.ts';
import { rulesWithoutShare } from './rule-without-share.ts';
import { sameSessionNames } from './same-session-name.ts';
import { type LintSubject, subjectOf } from './subject.ts';
import { trailingSlashes } from './trailing-slash.ts';
import { shadowedRules } from './unreachable-rule.ts';

/** A rule says what is valid and yet hardly meant; what translation tells already is not its affair. */
type Lint = (subject: LintSubject) => readonly Finding[];

const RULES: readonly Lint[] = [
  shadowedRules,
  rulesWithoutShare,
  backendsWithoutEndpoints,
  hostnamesTaken,
  hostnamesOverlap,
  literalStars,
  trailingSlashes,
  regexesWithoutMatch,
  redirectLoops,
  mirrorsBesideAnswers,
  sameSessionNames,
  policiesWithoutTarget,
  certificatesExpired,
  listenersWithoutRoutes,
];

/** What is wrong with a configuration though every object of it is in order; with places. */
export function lint(view: ConfigView): readonly Problem[] {
  const subject = subjectOf(view);
  return RULES.flatMap(rule => rule(subject)).map(finding => {
    const location = view.locate(finding.object, finding.path);
    return { ...problemOfFinding(finding), ...(location && { location }) };
  });
}
