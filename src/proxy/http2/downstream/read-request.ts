import type { Core } from '../../core.ts';
import { fillRequest, type PseudoFields } from '../../http1/filled-request.ts';
import { HEAD_TOO_LARGE, MALFORMED } from '../../http1/refusal.ts';
import { TRAILERS } from '../../http1/trailers.ts';
import type { FieldSection, HpackDecoder } from '../hpack/index.ts';
import * as hpack from '../hpack/index.ts';

/** The block can't be decoded, which ends its connection. */
export const UNDECODABLE = -1_000;

const pseudo: PseudoFields = {
  methodStart: 0,
  methodEnd: 0,
  targetStart: 0,
  targetEnd: 0,
  authorityStart: 0,
  authorityEnd: 0,
  protocolStart: 0,
  protocolEnd: 0,
};

/** Decodes a block into `core.request`. 0, a refusal as `refusal.ts` has them, or UNDECODABLE. */
export function readRequest(
  core: Core,
  section: FieldSection,
  decoder: HpackDecoder,
  bytes: Uint8Array,
  start: number,
  end: number,
  ended: boolean,
): number {
  if (!decoder.decode(bytes, start, end, section, hpack.REQUEST)) return UNDECODABLE;
  if (section.fault !== '') return MALFORMED;
  if (section.tooLarge) return HEAD_TOO_LARGE;
  const { pseudoStart, pseudoEnd } = section;
  pseudo.methodStart = pseudoStart[hpack.METHOD]!;
  pseudo.methodEnd = pseudoEnd[hpack.METHOD]!;
  pseudo.targetStart = pseudoStart[hpack.PATH]!;
  pseudo.targetEnd = pseudoEnd[hpack.PATH]!;
  pseudo.authorityStart = pseudoStart[hpack.AUTHORITY]!;
  pseudo.authorityEnd = pseudoEnd[hpack.AUTHORITY]!;
  pseudo.protocolStart = pseudoStart[hpack.PROTOCOL]!;
  pseudo.protocolEnd = pseudoEnd[hpack.PROTOCOL]!;
  return fillRequest(core.request, section.bytes, pseudo, ended);
}

/** Decodes a block into `TRAILERS`. 0, a refusal, or UNDECODABLE. */
export function readTrailers(
  section: FieldSection,
  decoder: HpackDecoder,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  if (!decoder.decode(bytes, start, end, section, hpack.TRAILERS)) return UNDECODABLE;
  TRAILERS.bytes = section.bytes;
  return section.fault === '' && !section.tooLarge ? 0 : MALFORMED;
}
