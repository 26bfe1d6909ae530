import type { RequestSpec } from './check.ts';

/** What the clients of a case keep from one request to the next. */
export interface Clients {
  /** The header fields with which a request of its client goes out. */
  fieldsOf(request: RequestSpec): Readonly<Record<string, string>>;
  keep(request: RequestSpec, headers: Readonly<Record<string, string>>): void;
}

/** The value of a sealed token: another one every time. */
const TOKEN = /[A-Za-z0-9_-]{155}/g;

export function createClients(): Clients {
  const cookies = new Map<string, Map<string, string>>();
  const fields = new Map<string, string>();
  return {
    fieldsOf({ client, keeps, headers = {} }) {
      if (client === undefined) return headers;
      const jar = [...(cookies.get(client)?.values() ?? [])].join('; ');
      const kept = keeps === undefined ? undefined : fields.get(`${client}\n${keeps}`);
      return { ...(jar !== '' && { cookie: jar }), ...(kept !== undefined && { [keeps!]: kept }), ...headers };
    },
    keep({ client, keeps }, headers) {
      if (client === undefined) return;
      const jar = cookies.get(client) ?? new Map<string, string>();
      cookies.set(client, jar);
      for (const line of headers['set-cookie']?.split(', ') ?? []) {
        const [pair = ''] = line.split(';');
        jar.set(pair.split('=')[0]!, pair);
      }
      if (keeps !== undefined && headers[keeps] !== undefined) fields.set(`${client}\n${keeps}`, headers[keeps]);
    },
  };
}

/** Header values with `*` in the place of sealed tokens, so that cases can name them. */
export function withoutTokens(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(TOKEN, '*')]));
}
