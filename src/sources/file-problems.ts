import type { Location, Problem } from '../resources/index.ts';
import { findingPositions, positionIn } from './file-layout.ts';
import { claimLocation, compareFiles, type FileSet, inOrder, type StoredFile } from './file-set.ts';
import type { Claim } from './object-index.ts';
import type { Stranger } from './read-document.ts';

function withLocation(problem: Problem, location: Location | undefined): Problem {
  return location ? { ...problem, location } : problem;
}

function placed(problem: Problem, { id }: StoredFile, position: { line: number; column: number }): Problem {
  return withLocation(problem, id.name === undefined ? undefined : { file: id.name, ...position });
}

function problemsOfFile(stored: StoredFile): Problem[] {
  const problems: Problem[] = stored.failure ? [stored.failure] : [];
  stored.file.documents.forEach(({ read }, document) => {
    if (read.findings.length === 0) return;
    const positions = findingPositions(stored.file, document);
    read.findings.forEach(({ problem }, index) => {
      problems.push(placed(problem, stored, positions[index]!));
    });
  });
  return problems;
}

function describePlace(location: Location | undefined): string {
  return location ? `${location.file}:${location.line}` : 'another place';
}

function duplicatesOf(set: FileSet, claims: readonly Claim[], leaving: (key: string) => boolean): Problem[] {
  if (claims.length < 2) return [];
  const ordered = inOrder(
    set,
    claims.filter(({ file }) => !leaving(file)),
  );
  const used = ordered.find(({ entry }) => entry.resource !== undefined) ?? ordered[0];
  if (used === undefined) return [];
  return ordered
    .filter(claim => claim !== used)
    .map(claim => {
      const { ref } = claim.entry;
      const place = describePlace(claimLocation(set, used));
      const name = ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
      const message = `${ref.kind} ${name} is already in ${place}; that one counts, this one is left out`;
      const problem: Problem = { severity: 'error', code: 'DuplicateObject', message, object: ref };
      return withLocation(problem, claimLocation(set, claim));
    });
}

interface Strangers {
  readonly first: Stranger;
  readonly stored: StoredFile;
  readonly document: number;
  count: number;
}

function describeStrangers({ first, stored, document, count }: Strangers): Problem {
  const objects = count === 1 ? 'this object is' : `${count} objects are`;
  const hint = first.hint === undefined ? '' : `; ${first.hint}`;
  const message = `Sluice does not read ${first.objectKind} of ${first.apiVersion}: ${objects} left out${hint}`;
  const position = positionIn(stored.file, document, first.base, 'kind');
  return placed({ severity: 'info', code: 'UnknownKind', message }, stored, position);
}

/** Kinds that Sluice does not read are named once each, where they are first seen. */
function unknownKinds(files: readonly StoredFile[]): Problem[] {
  const kinds = new Map<string, Strangers>();
  for (const stored of files) {
    stored.file.documents.forEach(({ read }, document) => {
      for (const first of read.strangers) {
        const kind = `${first.apiVersion}/${first.objectKind}`;
        const known = kinds.get(kind);
        if (known) known.count++;
        else kinds.set(kind, { first, stored, document, count: 1 });
      }
    });
  }
  return [...kinds.values()].map(describeStrangers);
}

/**
 * Every problem that stands in the files now, in the order of files and lines. `leaving`: the file is not there any more
 * and its objects are about to go, so that who moved it is not told of duplicates.
 */
export function problemsIn(set: FileSet, leaving: (key: string) => boolean = () => false): readonly Problem[] {
  const files = [...set.files.values()].sort((a, b) => compareFiles(a.id, b.id));
  const turns = new Map(files.map(({ id }, turn) => [id.name, turn]));
  const turn = ({ location }: Problem) => turns.get(location?.file) ?? -1;
  const problems = [
    ...files.flatMap(problemsOfFile),
    ...[...set.index.claims.values()].flatMap(claims => duplicatesOf(set, claims, leaving)),
    ...unknownKinds(files),
  ];
  return problems.sort(
    (a, b) =>
      turn(a) - turn(b) ||
      (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
      (a.location?.column ?? 0) - (b.location?.column ?? 0),
  );
}
