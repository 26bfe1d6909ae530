import type { Choice } from './choice.ts';
import { isSecure } from './client-scheme.ts';
import type { Core } from './core.ts';
import { writeDirectAnswer } from './direct-answer.ts';
import type { Peer } from './peer.ts';
import { writeRedirect } from './redirect-answer.ts';
import { type Passage, writeOwnAnswer } from './response-writer.ts';

/** Appends the answer to a request whose `choice` asks no backend; its status. */
export function writeChosenAnswer(core: Core, passage: Passage, choice: Choice, peer: Peer, toHead: boolean): number {
  if (choice.preflight) return writePreflight(core, passage, choice);
  const { redirect, direct } = choice.target!;
  if (direct !== undefined) {
    writeDirectAnswer(core, passage, direct, choice.responseEdit, toHead);
    return direct.status;
  }
  const secure = isSecure(core.request, peer);
  writeRedirect(core, passage, redirect!, choice.responseEdit, choice.listener!, secure, toHead);
  return redirect!.status;
}

function writePreflight(core: Core, passage: Passage, { target, grant }: Choice): number {
  writeOwnAnswer(core, passage, 204, target!.program.cors!.preflightLines(grant, core.request), '', false);
  return 204;
}
