const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** RFC 9110 §5.6.2: what names of fields and of cookies are made of. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}
