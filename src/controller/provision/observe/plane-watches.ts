import { type ApiClient, type RawObject, startListWatch, type Trouble } from '../../../kubernetes/index.ts';
import { forbiddenProblem } from '../../forbidden-rule.ts';
import type { WriteProblems } from '../../writing/write-problems.ts';
import { MANAGED_BY, MANAGER } from './plane-marks.ts';
import { collectionPath, PROVISIONED_KINDS, type ProvisionedKind } from './provisioned-kinds.ts';

export interface PlaneWatchesOptions {
  readonly client: ApiClient;
  readonly problems: Pick<WriteProblems, 'set' | 'delete'>;
  readonly onSeen: (kind: ProvisionedKind, object: RawObject) => void;
  readonly onGone: (kind: ProvisionedKind, namespace: string, name: string) => void;
  /** What can be read of what there is has been read. */
  readonly onSynced: () => void;
}

/** Follows what data planes are made of, in all namespaces: everything that says that Sluice manages it. */
export function startPlaneWatches(options: PlaneWatchesOptions): { close(): void } {
  const waiting = new Set(PROVISIONED_KINDS.map(({ kind }) => kind));

  function settled({ kind }: ProvisionedKind): void {
    if (waiting.delete(kind) && waiting.size === 0) options.onSynced();
  }

  const watches = PROVISIONED_KINDS.map(kind =>
    startListWatch({
      client: options.client,
      path: collectionPath(kind),
      selector: { labelSelector: `${MANAGED_BY}=${MANAGER}` },
      onUpsert: object => options.onSeen(kind, object),
      onDelete: ({ namespace, name }) => options.onGone(kind, namespace, name),
      onSynced: () => settled(kind),
      onTrouble(trouble) {
        tell(options.problems, kind, trouble);
        if (trouble?.status === 403 || trouble?.status === 404) settled(kind);
      },
    }),
  );
  return {
    close() {
      for (const watch of watches) watch.close();
    },
  };
}

/** An API server that is gone, or refuses us, is told of by those who follow Gateways. */
function tell(problems: PlaneWatchesOptions['problems'], kind: ProvisionedKind, trouble: Trouble | undefined): void {
  const key = `unseen ${kind.kind}`;
  if (trouble?.status !== 403) {
    problems.delete(key);
    return;
  }
  const { group, plural: resource } = kind;
  const loss = `changes of ${kind.kind} objects of data planes are not seen`;
  const rule = { group, resource, verb: trouble.verb, verbs: ['list', 'watch'], loss };
  problems.set(key, forbiddenProblem(rule, trouble.message));
}
