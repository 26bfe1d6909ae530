import { createHash } from 'node:crypto';

/** Of a label's value and of a DNS label (RFC 1123). */
const LONGEST = 63;
const HASH_LENGTH = 8;

/** What our own objects are called by in the controller's namespace: classes of these names get a hash. */
const TAKEN_CLASSES = ['merged', 'controller'];

/**
 * What all objects of a Gateway's data plane are called: `<gateway>-<class>` (GEP-1762) where that is a name for a Service
 * and could mean no other Gateway of the namespace, else with a hash of both behind what fits of it. No two pairs have one name.
 */
export function dedicatedName(gateway: string, className: string): string {
  const plain = `${gateway}-${className}`;
  // The class is what stands behind the last hyphen, and never looks like a hash: so a plain name can be read backwards.
  const isPlain =
    isDnsLabel(plain) && !className.includes('-') && !isHash(className) && !TAKEN_CLASSES.includes(className);
  return isPlain ? plain : hashedName(plain, [gateway, className]);
}

/** What the objects of the data plane are called that all Gateways of a class share; never the name of a dedicated one. */
export function mergedName(className: string): string {
  const plain = `${className}-merged`;
  return isDnsLabel(plain) ? plain : hashedName(plain, [className]);
}

/** A name as the value of a label: itself up to 63 characters, else its beginning and a hash. No two names have one value. */
export function labelValueOf(name: string): string {
  const looksShortened =
    name.length === LONGEST && isHash(name.slice(-HASH_LENGTH)) && name.at(-HASH_LENGTH - 1) === '-';
  return name.length <= LONGEST && !looksShortened ? name : shortened(name, hashOf([name]));
}

function hashedName(plain: string, of: readonly string[]): string {
  const label = plain.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  return shortened(/^[a-z]/.test(label) ? label : `g-${label}`, hashOf(of));
}

function shortened(name: string, hash: string): string {
  // Filled rather than trimmed: what is cut has always the same length, by which `labelValueOf` knows it.
  return `${name.slice(0, LONGEST - HASH_LENGTH - 1).replace(/[-._]+$/, end => 'x'.repeat(end.length))}-${hash}`;
}

/** RFC 1035, as names of Services must be. */
function isDnsLabel(name: string): boolean {
  return name.length <= LONGEST && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name);
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{8}$/.test(text);
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_LENGTH);
}
