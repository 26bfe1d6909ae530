import { createHash } from 'node:crypto';
import type { ObjectRef } from '../../resources/index.ts';
import { microTime } from '../micro-time.ts';

/** What is told of an object. */
export interface Note {
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase, such as the code of a problem. */
  readonly reason: string;
  /** One line. */
  readonly text: string;
}

/** Which object of that name it is. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly uid: string;
}

export interface Reporter {
  /** The controllerName. */
  readonly controller: string;
  /** Of this process, such as its pod. */
  readonly instance: string;
}

/** An Event (events.k8s.io/v1). The same note of the same object has the same name, so that it is not told twice. */
export interface EventObject {
  readonly namespace: string;
  readonly name: string;
  readonly body: object;
}

/** Of the API, in bytes. */
const LONGEST_NOTE = 1_024;
const LONGEST_INSTANCE = 128;

export function eventObject(
  object: ObjectRef,
  { apiVersion, uid }: ObjectIdentity,
  note: Note,
  { controller, instance }: Reporter,
  now: Date,
): EventObject {
  const { kind, name } = object;
  const text = cut(note.text.replace(/\s+/g, ' ').trim(), LONGEST_NOTE);
  const hash = createHash('sha256')
    .update(JSON.stringify([kind, object.namespace, name, uid, note.type, note.reason, text]))
    .digest('hex')
    .slice(0, 16);
  // Events of objects without a namespace stand there, as everywhere in Kubernetes.
  const namespace = object.namespace === '' ? 'default' : object.namespace;
  const event = `${name.slice(0, 200).replace(/[-.]+$/, '')}.${hash}`;
  return {
    namespace,
    name: event,
    body: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace, name: event },
      eventTime: microTime(now),
      reportingController: controller,
      reportingInstance: cut(instance, LONGEST_INSTANCE),
      action: 'Reconcile',
      reason: note.reason,
      type: note.type,
      note: text,
      regarding: { apiVersion, kind, name, uid, ...(object.namespace !== '' && { namespace: object.namespace }) },
    },
  };
}

/** How often it was told since the first time. */
export function seriesOf(count: number, now: Date): object {
  return { series: { count, lastObservedTime: microTime(now) } };
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const end = '…';
  const short = Buffer.from(text)
    .subarray(0, bytes - Buffer.byteLength(end))
    .toString();
  return `${short.replace(/\uFFFD+$/, '')}${end}`;
}
