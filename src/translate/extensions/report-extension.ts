import type { ObjectRef } from '../../resources/index.ts';
import { problemOf, type Report } from '../status/report.ts';
import type { Extension } from './extension.ts';

/** What is wrong with an object is said at the object as well, for its rules only name the first thing. */
export function reportExtension(object: ObjectRef, extension: Extension | undefined): Report {
  const faults = extension?.kind === 'faulty' ? extension.faults : [];
  return { object, problems: faults.map(fault => problemOf(object, fault)) };
}
