const MAPPED = /^::ffff:(?=[\d.]+$)/i;

/** An IPv4 address in IPv6 form (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is that IPv4 address; any other stays as it is. */
export function unmapped(address: string): string {
  return address.replace(MAPPED, '');
}
