/** The subject of a certificate in DER, byte for byte: certificates that it issues name it so (RFC 5280 4.1.2.4). */
export function subjectIn(certificate: Buffer): Buffer {
  const body = contentOf(contentOf(certificate));
  let rest = body;
  // The version has a tag of its own, and may be absent; then serial number, algorithm, issuer, validity.
  const before = body[0] === 0xa0 ? 5 : 4;
  for (let skipped = 0; skipped < before; skipped++) rest = rest.subarray(sizeOf(rest));
  return rest.subarray(0, sizeOf(rest));
}

interface Header {
  /** Of tag and length. */
  readonly size: number;
  readonly length: number;
}

function headerOf(der: Buffer): Header {
  const first = der[1] ?? 0;
  if (first < 0x80) return { size: 2, length: first };
  const digits = first & 0x7f;
  return { size: 2 + digits, length: der.readUIntBE(2, digits) };
}

function sizeOf(der: Buffer): number {
  const { size, length } = headerOf(der);
  return size + length;
}

function contentOf(der: Buffer): Buffer {
  const { size, length } = headerOf(der);
  return der.subarray(size, size + length);
}
