/** Text of a message that the proxy writes itself, made into bytes once. */
export function line(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

export const CHUNKED_LINE = line('Transfer-Encoding: chunked\r\n');
/** RFC 9110 §7.6.3; the version is that of the message that came in. */
export const VIA = line('Via: 1.1 sluice\r\n');
export const VIA_2 = line('Via: 2.0 sluice\r\n');
