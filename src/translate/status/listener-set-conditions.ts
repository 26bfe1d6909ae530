import type { Reason, Verdict } from './condition.ts';

const verdict = (
  type: 'Accepted' | 'Programmed',
  status: Verdict['status'],
  reason: Reason,
  message: string,
): Verdict => ({
  type,
  status,
  reason,
  message,
});

const seeListeners = (sections: readonly string[]) => `see the status of ${sections.join(', ')}`;

/** Every condition of a ListenerSet as a whole. */
export const listenerSetConditions = {
  accepted: () => verdict('Accepted', 'True', 'Accepted', 'Every listener is accepted'),
  someListenersNotValid: (sections: readonly string[]) =>
    verdict('Accepted', 'True', 'ListenersNotValid', `Not every listener is valid; ${seeListeners(sections)}`),
  noListenerValid: (): Verdict => ({
    ...verdict('Accepted', 'False', 'ListenersNotValid', 'No listener is valid; see the status of each'),
    path: 'spec.listeners',
  }),
  notAllowed: (gateway: string, namespace: string): Verdict => ({
    ...verdict(
      'Accepted',
      'False',
      'NotAllowed',
      `Gateway ${gateway} takes no ListenerSets of namespace ${namespace}; its spec.allowedListeners must permit them`,
    ),
    path: 'spec.parentRef',
    fix: `# Gateway ${gateway}
allowedListeners:
  namespaces:
    from: Selector
    selector:
      matchLabels:
        kubernetes.io/metadata.name: ${namespace}
`,
  }),
  parentNotAccepted: (gateway: string) =>
    verdict('Accepted', 'False', 'ParentNotAccepted', `Gateway ${gateway} is not accepted; see its status`),

  programmed: (unserved: readonly string[]) =>
    verdict(
      'Programmed',
      'True',
      'Programmed',
      unserved.length === 0
        ? 'The data plane serves this ListenerSet'
        : `The data plane has taken this ListenerSet, but nothing listens for ${unserved.join(', ')}; see the status of each`,
    ),
  /** The conformance tests want the reason of Accepted here too. */
  notProgrammedAsNotAccepted: (reason: Reason) =>
    verdict('Programmed', 'False', reason, 'The ListenerSet is not accepted'),
  parentNotProgrammed: (gateway: string) =>
    verdict('Programmed', 'False', 'ParentNotProgrammed', `Gateway ${gateway} is not programmed; see its status`),
};
