import { isRecord } from '../../resources/index.ts';

/**
 * What is at a path such as `spec.listeners[].name` of data that anybody may have sent: every value there is, none where
 * something is missing or of another shape.
 */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  let found: readonly unknown[] = [value];
  for (const step of path.split('.')) {
    const name = step.replace(/\[\]$/, '');
    const next = found.map(each => (isRecord(each) && Object.hasOwn(each, name) ? each[name] : undefined));
    found = (name === step ? next : next.flatMap(each => (Array.isArray(each) ? each : []))).filter(
      each => each !== undefined && each !== null,
    );
  }
  return found;
}

/** The texts and numbers among them. */
export function textsAt(value: unknown, path: string): readonly string[] {
  return valuesAt(value, path).flatMap(each => (typeof each === 'string' || typeof each === 'number' ? `${each}` : []));
}

export function textAt(value: unknown, path: string): string | undefined {
  return textsAt(value, path)[0];
}
