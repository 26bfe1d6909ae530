import { celRule, map, ruled, text } from '../schema/build.ts';

const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;

export function keysAreQualifiedNames(entries: Readonly<Record<string, string>>): string | undefined {
  const wrong = Object.keys(entries).find(key => !QUALIFIED_NAME.test(key) || key.split('/')[0]!.length >= 253);
  if (wrong === undefined) return undefined;
  return `the key ${JSON.stringify(wrong)} must be a name of up to 63 characters with an optional DNS prefix and /`;
}

export const labelValue = text({
  maxLength: 63,
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  meaning: 'a label value (letters, digits, - _ . within)',
});

/** Labels of any object. */
export const labels = ruled(map(labelValue), keysAreQualifiedNames);

const qualifiedKeys = celRule(
  `self.all(key, key.matches(r'''${QUALIFIED_NAME.source}''') && key.split('/')[0].size() < 253)`,
  'each key must be a name of up to 63 characters with an optional DNS prefix and /',
  (entries: Readonly<Record<string, string>>) => keysAreQualifiedNames(entries) === undefined,
);

/** Labels to put on objects, in kinds of our own. */
export const ownLabels = ruled(map(labelValue, { max: 16 }), qualifiedKeys);

/** Annotations to put on objects, in kinds of our own. */
export const ownAnnotations = ruled(map(text({ maxLength: 4096 }), { max: 16 }), qualifiedKeys);
