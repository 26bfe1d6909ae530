import { integer, text } from '../schema/build.ts';

/** Names and scalars that many kinds share; limits are those of the CRDs of Gateway API v1.6. */

/** The group of Gateway API, and that of its experiments. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
export const EXPERIMENTS_GROUP = 'gateway.networking.x-k8s.io';
export const GATEWAY_GROUPS: readonly string[] = [GATEWAY_GROUP, EXPERIMENTS_GROUP];

/** The group of the kinds that are Sluice's own. */
export const SLUICE_GROUP = 'sluice.dev';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

/** RFC 1123. */
export const DNS_SUBDOMAIN = new RegExp(`^${SUBDOMAIN}$`);
/** A DNS name with at most a leading `*.`. */
export const HOSTNAME = new RegExp(`^(\\*\\.)?${SUBDOMAIN}$`);

export const objectName = text({ minLength: 1, maxLength: 253 });

export const namespaceName = text({
  minLength: 1,
  maxLength: 63,
  pattern: new RegExp(`^${LABEL}$`),
  meaning: 'a DNS label (lower-case letters, digits and -)',
});

export const sectionName = text({
  minLength: 1,
  maxLength: 253,
  pattern: DNS_SUBDOMAIN,
  meaning: 'a DNS subdomain (lower-case letters, digits, - and .)',
});

/** '' is the core group. */
export const groupName = text({
  maxLength: 253,
  pattern: new RegExp(`^$|^${SUBDOMAIN}$`),
  meaning: 'an API group: "" for core kinds such as Service, else a DNS subdomain',
});

export const kindName = text({
  minLength: 1,
  maxLength: 63,
  pattern: /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/,
  meaning: 'a kind such as Service (letters, digits and -)',
});

export const hostname = text({
  minLength: 1,
  maxLength: 253,
  pattern: HOSTNAME,
  meaning: 'a lower-case DNS name, with *. in front for a wildcard, without port',
});

export const preciseHostname = text({
  minLength: 1,
  maxLength: 253,
  pattern: DNS_SUBDOMAIN,
  meaning: 'a lower-case DNS name without wildcard or port',
});

/** Domain and path joined by a slash, such as `example.com/name`. */
export const DOMAIN_PATH = `${SUBDOMAIN}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+`;

export const controllerName = text({
  minLength: 1,
  maxLength: 253,
  pattern: new RegExp(`^${DOMAIN_PATH}$`),
  meaning: 'a domain and a path, such as example.com/controller',
});

export const port = integer({ min: 1, max: 65535 });

/** The largest number of a field with format int32, for those that name no other limit. */
export const INT32_MAX = 2 ** 31 - 1;
