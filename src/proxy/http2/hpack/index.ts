/**
 * HPACK (RFC 7541): blocks of header fields to lines as HTTP/1 has them, in one buffer, and such lines to blocks. What the fields mean
 * to HTTP/2 itself (pseudo-header fields, what none may have) is judged on the way; what they mean to a request or an
 * answer is not known here.
 */
export { FieldSection, REQUEST, RESPONSE, TRAILERS } from './field-section.ts';
export { DEFAULT_TABLE_SIZE, HpackDecoder } from './hpack-decoder.ts';
export { HpackEncoder } from './hpack-encoder.ts';
export { AUTHORITY, METHOD, PATH, PROTOCOL, SCHEME, STATUS } from './name-traits.ts';
