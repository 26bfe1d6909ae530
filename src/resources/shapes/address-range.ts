import { text } from '../schema/build.ts';

const BYTE = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `(${BYTE}\\.){3}${BYTE}/([12]?[0-9]|3[0-2])`;

const GROUP = '[0-9A-Fa-f]{1,4}';
/** Eight groups, or fewer about `::`. */
const IPV6 = [
  `(${GROUP}:){7}${GROUP}`,
  ...[1, 2, 3, 4, 5, 6].map(before => `(${GROUP}:){${before}}(:${GROUP}){1,${7 - before}}`),
  `(${GROUP}:){1,7}:`,
  `:(:${GROUP}){1,7}`,
  '::',
].join('|');

/** A CIDR block, whole in its pattern: what an API server takes must be a value that proxies take. Addresses of IPv6 have no part in dots. */
export const addressRange = text({
  maxLength: 43,
  pattern: new RegExp(`^(${IPV4}|(${IPV6})/([1-9]?[0-9]|1[01][0-9]|12[0-8]))$`),
  meaning: 'a range of addresses such as 10.0.0.0/8 or fd00::/8',
});
