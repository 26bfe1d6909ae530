import type { FlagValues } from '../flags/flags.ts';
import { NOTHING_NAMED, refuseBesideAdmin, refuseOperands } from '../flags/kube-flags.ts';
import { adminAddress, adminFlag } from './admin-address.ts';
import { MODEL_FLAGS } from './asked-model.ts';

/** For commands that are answered from manifests, from an API server, or by a gateway that runs. */
export const ASKED_FLAGS = { admin: adminFlag, ...MODEL_FLAGS };

export type AskedFlags = FlagValues<typeof ASKED_FLAGS>;

/** Who is asked: a gateway at its admin endpoint, or what `askedModel` reads. `refused` is for `wrongUsage`. */
export type Asked =
  | { readonly kind: 'admin'; readonly address: string }
  | { readonly kind: 'model' }
  | { readonly kind: 'refused'; readonly refused: string };

/** The environment's gateway is asked where the command line names nobody. */
export function askedWhere(flags: AskedFlags, paths: readonly string[], env = process.env): Asked {
  const refused = flags.admin === undefined ? undefined : refuseBesideAdmin(paths, flags);
  if (refused !== undefined) return { kind: 'refused', refused };
  if (paths.length > 0 || flags.kube) return modelUnless(refuseOperands(paths, flags));
  const admin = adminAddress(flags.admin, env);
  if ('refused' in admin) return { kind: 'refused', refused: admin.refused };
  if (admin.address === undefined) return modelUnless(refuseNobody(flags));
  return { kind: 'admin', address: admin.address };
}

function refuseNobody(flags: AskedFlags): string | undefined {
  const refused = refuseOperands([], flags);
  return refused === NOTHING_NAMED ? `${refused}, or --admin for a gateway that runs` : refused;
}

function modelUnless(refused: string | undefined): Asked {
  return refused === undefined ? { kind: 'model' } : { kind: 'refused', refused };
}
