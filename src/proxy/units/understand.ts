import type { Delta, KeyPair, SessionKeys, Unit, UnitKind } from '../../ir/index.ts';
import type { UnitRejection } from '../data-plane.ts';
import { KEY_BYTES } from '../session/session-keys.ts';
import type { Fault } from './shape.ts';
import { UNIT_SHAPES } from './unit-shapes.ts';

/** What a data plane can do of a delta, and what it can't. Removals are all taken. */
export interface Understood {
  readonly taken: Delta;
  readonly rejections: readonly UnitRejection[];
}

/**
 * Tells apart what this data plane can obey. A controller may be newer: a field or word that is not known here might be what
 * guards something, so its unit is not taken at all.
 *
 * @param version of the program, for the message
 */
export function understand(delta: Delta, version?: string): Understood {
  const rejections: UnitRejection[] = [];
  const upserts = delta.upserts.filter(unit => {
    const message = refusal(unit, version);
    if (message !== undefined) rejections.push({ kind: unit.kind, name: unit.name, message });
    return message === undefined;
  });
  return rejections.length === 0 ? { taken: delta, rejections } : { taken: { ...delta, upserts }, rejections };
}

function refusal(unit: Unit, version: string | undefined): string | undefined {
  const who = version === undefined ? 'this proxy' : `this proxy (${version})`;
  if (!isKnownKind(unit.kind)) return `${who} knows no ${quoted(unit.kind)}: update its image`;
  const fault = UNIT_SHAPES[unit.kind].fault(unit);
  if (fault !== undefined) return describe(fault, who);
  if (unit.kind !== 'Secret') return undefined;
  if (unit.content.kind === 'sessionKeys') return refusalOfKeys(unit.content);
  return unit.content.kind === 'keyPair' ? refusalOfPair(unit.content) : undefined;
}

function isKnownKind(kind: string): kind is UnitKind {
  return Object.hasOwn(UNIT_SHAPES, kind);
}

function describe({ path, kind, what }: Fault, who: string): string {
  const place = path === '' ? 'the unit' : printable(path);
  switch (kind) {
    case 'unknown-field':
      return `${place} has ${quoted(what)}, a field that ${who} does not know: update its image`;
    case 'unknown-word':
      return `${place} is ${quoted(what)}, which ${who} does not know: update its image`;
    case 'wrong':
      return `${place} is not ${what}, as ${who} expects: use one version of controller and proxy`;
  }
}

/** Contexts for connections are made when one comes: it would be late to learn then that none can be. */
function refusalOfPair({ chain, key }: KeyPair): string | undefined {
  try {
    // Loaded where there is a certificate: it takes time at the start.
    process.getBuiltinModule('node:tls').createSecureContext({ cert: chain, key });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : 'it can not be read';
    return `the certificate or its key is refused by OpenSSL (${printable(reason)}): use RSA with 2048 bits or more, or ECDSA P-256`;
  }
}

function refusalOfKeys({ keys }: SessionKeys): string | undefined {
  const fit = keys.length > 0 && keys.every(key => Buffer.from(key, 'base64').length === KEY_BYTES);
  return fit ? undefined : `content.keys are not keys of ${KEY_BYTES} bytes: use one version of controller and proxy`;
}

const LONGEST = 80;

function quoted(text: unknown): string {
  return `'${printable(String(text))}'`;
}

function printable(text: string): string {
  const shown = text.replace(/[^\x20-\x7e]/g, '?');
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
