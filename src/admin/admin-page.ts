import type { Writable } from 'node:stream';

/** One page of the admin endpoint: what it says to a question. What it throws is a bug of ours, and answered with 500. */
export type AdminPage = (query: URLSearchParams) => PageAnswer | Promise<PageAnswer>;

/** Pages by path. */
export type AdminPages = Readonly<Record<string, AdminPage>>;

export type PageAnswer =
  | { readonly kind: 'text'; readonly status: number; readonly body: string; readonly type?: string }
  | { readonly kind: 'json'; readonly status: number; readonly value: unknown }
  /** Lines of JSON, as long as the client stays: `to` says with `close` that it is gone. */
  | { readonly kind: 'lines'; open(to: Writable): void };

export function textPage(status: number, body: string): PageAnswer {
  return { kind: 'text', status, body };
}

export function jsonPage(value: unknown): PageAnswer {
  return { kind: 'json', status: 200, value };
}

/** What is wrong with a question, or why it can't be answered, in words: `{"error": "…"}`. */
export function refusalPage(status: number, error: string): PageAnswer {
  return { kind: 'json', status, value: { error } };
}
