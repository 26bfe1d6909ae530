import { described, integer, json, list, map, object, oneOf, optional, text } from '../schema/build.ts';
import { ownAnnotations, ownLabels } from './labels.ts';
import { INT32_MAX } from './names.ts';
import { labelSelector } from './selector.ts';

/** A part of a pod's specification (core/v1) that is passed on as it stands. */
const passedOn = map(json);

const toleration = object({
  key: optional(text()),
  operator: optional(oneOf('Exists', 'Equal', 'Lt', 'Gt')),
  value: optional(text()),
  effect: optional(oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')),
  tolerationSeconds: optional(integer({ min: 0, max: INT32_MAX })),
});

const topologySpreadConstraint = object({
  maxSkew: integer({ min: 1, max: INT32_MAX }),
  topologyKey: text({ minLength: 1 }),
  whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
  labelSelector: optional(labelSelector),
  minDomains: optional(integer({ min: 1, max: INT32_MAX })),
  nodeAffinityPolicy: optional(oneOf('Honor', 'Ignore')),
  nodeTaintsPolicy: optional(oneOf('Honor', 'Ignore')),
  matchLabelKeys: optional(list(text())),
});

const affinity = object({
  nodeAffinity: optional(passedOn),
  podAffinity: optional(passedOn),
  podAntiAffinity: optional(passedOn),
});

/** What concerns the pods of a data plane: their marks, and where they run. */
export const podSettings = object({
  labels: optional(described(ownLabels, 'Further labels of each pod.')),
  annotations: optional(described(ownAnnotations, 'Further annotations of each pod.')),
  nodeSelector: optional(described(ownLabels, 'Labels that a node must have.')),
  tolerations: optional(described(list(toleration, { max: 64 }), 'Taints of nodes that the pods tolerate.')),
  affinity: optional(described(affinity, 'Which nodes and neighbours the pods look for or avoid.')),
  topologySpreadConstraints: optional(
    described(
      list(topologySpreadConstraint, { max: 16 }),
      'How the pods are spread; without labelSelector over all pods of this data plane.',
    ),
  ),
  priorityClassName: optional(text({ minLength: 1, maxLength: 253 })),
});
