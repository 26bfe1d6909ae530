import { type ObjectRef, yamlText } from '../../resources/index.ts';
import type { Verdict } from './condition.ts';
import { listed } from './listed.ts';
import type { UnitRejection } from './placement.ts';
import { rejectionText, unitWords } from './rejection-words.ts';
import type { RuleFault } from './rule-faults.ts';
import { refused } from './verdict.ts';

const faultText = ({ path, message }: RuleFault): string => `${path}: ${message}`;
const more = (count: number): string => (count > 1 ? ` (and ${count - 1} more)` : '');

/** Every condition of a route towards one parent, but for those of its references (reference-conditions.ts). */
export const routeConditions = {
  accepted: (): Verdict => ({ type: 'Accepted', status: 'True', reason: 'Accepted', message: 'The route is accepted' }),
  /** Such as a ListenerSet that its Gateway does not take. */
  noListeners: (path: string, parent: string) =>
    refused('NoMatchingParent', `${parent} has no listener that is in effect; see its status`, path),
  /** `near`: the name of the listener that was probably meant. */
  noMatchingParent: (path: string, parent: string, wanted: string, listeners: readonly string[], near?: string) =>
    refused(
      'NoMatchingParent',
      `${parent} has no listener with ${wanted}; it has ${listed(listeners)}${near === undefined ? '' : `; did you mean ${near}?`}`,
      path,
      near === undefined ? undefined : `sectionName: ${yamlText(near)}\n`,
    ),
  notAllowedByListeners: (path: string, parent: string, why: readonly string[], fix?: string) =>
    refused('NotAllowedByListeners', `${parent} does not take this route: ${listed(why, '; ')}`, path, fix),
  /** `near`: what was probably meant by one of them. */
  noMatchingHostname: (
    parent: string,
    hostnames: readonly string[],
    listeners: readonly string[],
    near: { readonly index: number; readonly hostname: string } | undefined,
  ) =>
    refused(
      'NoMatchingListenerHostname',
      `None of ${listed(hostnames)} is a hostname of ${parent} (${listed(listeners, '; ')})${near ? `; did you mean ${near.hostname}?` : ''}`,
      near ? `spec.hostnames[${near.index}]` : 'spec.hostnames',
      near && `hostnames:\n- ${yamlText(near.hostname)}\n`,
    ),
  /**
   * GRPCRouteSpec.hostnames: a listener has a hostname for HTTPRoutes or for GRPCRoutes, and the oldest says which. What it is
   * called, and what it has, is known in its own namespace (`own`).
   */
  otherKindHasHostname: (path: string, { kind, namespace, name }: ObjectRef, hostname: string, own: boolean) =>
    refused(
      'NotAllowedByListeners',
      `${own ? `${kind} ${namespace}/${name}` : `A ${kind} of another namespace`} comes first and has ` +
        `${!own ? 'a hostname of this route' : hostname === '*' ? 'every hostname' : hostname}: HTTPRoutes and GRPCRoutes ` +
        'of one listener can have no hostname in common, and the oldest says of which kind they are; give them different hostnames',
      path,
    ),
  /** `answer`: what requests of a rule get that can't be followed. */
  noRuleUsable: (faults: readonly [RuleFault, ...RuleFault[]], answer: string) =>
    refused(
      faults.every(fault => fault.reason === 'IncompatibleFilters') ? 'IncompatibleFilters' : 'UnsupportedValue',
      `No rule can be followed, so requests that match are answered with ${answer}: ${faultText(faults[0])}${more(faults.length)}`,
      faults[0].path,
    ),

  /** GEP-1364: the message starts with `Dropped Rule`, for the other rules are at the current generation. */
  rulesDropped: (faults: readonly [RuleFault, ...RuleFault[]], answer: string): Verdict => ({
    type: 'PartiallyInvalid',
    status: 'True',
    reason: 'UnsupportedValue',
    message: `Dropped Rule ${[...new Set(faults.map(fault => fault.rule))].join(', ')}, requests that match are answered with ${answer}: ${faultText(faults[0])}${more(faults.length)}`,
    path: faults[0].path,
  }),

  /** Of our own: proxies are another version, or run on less than ours, and serve what they can. */
  rejected: (rejections: readonly [UnitRejection, ...UnitRejection[]]): Verdict<'RejectedByProxy'> => {
    const [first] = rejections;
    const what = first.unit.kind === 'Backend' ? unitWords(first) : 'The route';
    return {
      type: 'sluice.dev/Rejected',
      status: 'True',
      reason: 'RejectedByProxy',
      message: `${what} is not followed as it stands by ${rejectionText(rejections)}`,
    };
  },
};
