const NAMED: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };
const BYTES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/** Bytes (one per character) as printable ASCII. */
export function printable(bytes: string): string {
  return bytes.replace(/[^ -[\]-~]/g, byte => {
    return NAMED[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** The bytes that {@link printable} made printable; throws at an escape that it does not write. */
export function fromPrintable(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|(.?))/g, (whole, hex?: string, name?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const byte = BYTES[name ?? ''];
    if (byte === undefined) throw new Error(`${whole} is no escape: there are \\r \\n \\t \\\\ and \\x00`);
    return byte;
  });
}
