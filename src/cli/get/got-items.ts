import { objectItems } from '../../gateway/index.ts';
import { isRecord, type Kind } from '../../resources/index.ts';
import { askAdmin } from '../asked/admin-client.ts';
import { askedModel } from '../asked/asked-model.ts';
import { type AskedFlags, askedWhere } from '../asked/asked-where.ts';
import { checkCommand, countProblems, problemsOf } from '../tell-problems.ts';

/** Objects, as the API server's JSON has them, with `problems` beside. */
export interface GotItems {
  readonly items: readonly object[];
  /** Errors and warnings, also those that are of no object. */
  readonly problems: number;
  /** How to see them. */
  readonly seeProblems: string;
}

/** All objects of these kinds; `refused` is for `wrongUsage`. */
export async function gotItems(
  flags: AskedFlags,
  paths: readonly string[],
  kinds: readonly Kind[],
): Promise<GotItems | { readonly refused: string }> {
  const asked = askedWhere(flags, paths);
  switch (asked.kind) {
    case 'refused':
      return asked;
    case 'admin':
      return itemsOfGateway(asked.address, kinds);
    case 'model':
      return itemsOfModel(flags, paths, kinds);
  }
}

async function itemsOfModel(
  flags: AskedFlags,
  paths: readonly string[],
  kinds: readonly Kind[],
): Promise<GotItems | { readonly refused: string }> {
  const model = await askedModel(flags, paths);
  if ('refused' in model) return model;
  const problems = problemsOf(model);
  const view = { objects: model.view.objects, problems };
  const items = objectItems(view, model.status(), { kinds: kinds.map(({ kind }) => kind) });
  return { items, problems: countProblems(problems), seeProblems: checkCommand(flags, paths) };
}

async function itemsOfGateway(
  address: string,
  kinds: readonly Kind[],
): Promise<GotItems | { readonly refused: string }> {
  const answer = await askAdmin(
    address,
    '/status',
    kinds.map(({ kind }) => ['kind', kind] as const),
  );
  if ('unanswered' in answer) return { refused: answer.unanswered };
  const items = isRecord(answer.value) && Array.isArray(answer.value.items) ? answer.value.items : undefined;
  if (items === undefined)
    return { refused: `${address}/status has no items: is this the admin endpoint of a Sluice?` };
  const objects = items.filter(isRecord);
  return {
    items: objects,
    problems: objects.map(problemsIn).reduce((a, b) => a + b, 0),
    seeProblems: `${address}/status`,
  };
}

function problemsIn(item: Readonly<Record<string, unknown>>): number {
  const severities = Array.isArray(item.problems) ? item.problems.map(each => isRecord(each) && each.severity) : [];
  return severities.filter(severity => severity === 'error' || severity === 'warning').length;
}
