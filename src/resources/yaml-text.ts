const PLAIN = /^[A-Za-z][-A-Za-z0-9./]*$/;
/** Words that YAML 1.1 or 1.2 reads as something else than a text. */
const TAKEN = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** A text for a place in YAML where its value is to stand: in quotes unless it can't be taken for anything else. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !TAKEN.test(text) ? text : JSON.stringify(text);
}
