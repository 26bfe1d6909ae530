import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

/** The import table: a room may import the rooms and packages of its row, and nothing else. Imports go one way. */
const ROOMS: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  resources: { rooms: [], packages: ['yaml'] },
  collections: { rooms: [], packages: [] },
  ir: { rooms: [], packages: [] },
  certificates: { rooms: [], packages: [] },
  kubernetes: { rooms: [], packages: ['yaml'] },
  sources: { rooms: ['resources', 'collections'], packages: ['yaml'] },
  cluster: { rooms: ['resources', 'kubernetes', 'sources'], packages: [] },
  translate: { rooms: ['resources', 'collections', 'ir'], packages: ['re2js'] },
  router: { rooms: ['ir'], packages: ['re2js'] },
  stream: { rooms: ['ir'], packages: [] },
  proxy: { rooms: ['ir', 'router'], packages: [] },
  probe: { rooms: ['ir', 'router', 'proxy'], packages: [] },
  fleet: { rooms: ['ir', 'proxy'], packages: [] },
  admin: { rooms: ['ir', 'proxy'], packages: [] },
  agent: { rooms: ['ir', 'proxy', 'fleet', 'admin', 'stream'], packages: [] },
  explain: { rooms: ['resources', 'ir', 'translate', 'router', 'proxy', 'probe'], packages: ['re2js'] },
  testing: { rooms: ['resources', 'ir', 'sources', 'router', 'proxy', 'probe'], packages: ['yaml'] },
  gateway: {
    rooms: [
      'resources',
      'collections',
      'ir',
      'certificates',
      'sources',
      'translate',
      'router',
      'proxy',
      'fleet',
      'admin',
      'probe',
      'explain',
      'testing',
    ],
    packages: [],
  },
  controller: {
    rooms: [
      'resources',
      'collections',
      'ir',
      'certificates',
      'kubernetes',
      'sources',
      'cluster',
      'translate',
      'router',
      'stream',
      'proxy',
      'fleet',
      'admin',
      'gateway',
    ],
    packages: [],
  },
  install: { rooms: ['resources'], packages: ['yaml'] },
  cli: {
    rooms: [
      'install',
      'resources',
      'collections',
      'ir',
      'kubernetes',
      'sources',
      'cluster',
      'translate',
      'router',
      'proxy',
      'stream',
      'agent',
      'explain',
      'testing',
      'gateway',
      'controller',
    ],
    packages: ['yaml'],
  },
};

const SRC = path.join(import.meta.dirname, '..', 'src');
const IMPORT =
  /^\s*(?:import|export)\b[^;'"]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(match => match[1] ?? match[2] ?? match[3] ?? '');
}

function violation(file: string, specifier: string): string | undefined {
  const room = file.split(path.sep)[0]!;
  const row = ROOMS[room];
  if (!row) return `src/${file}: '${room}' is not a room of the table`;
  if (specifier.startsWith('node:')) return undefined;
  if (!specifier.startsWith('.')) {
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    return row.packages.includes(name) || file.endsWith('.test.ts') ? undefined : `src/${file} imports package ${name}`;
  }
  const target = path.relative(SRC, path.join(SRC, path.dirname(file), specifier));
  const other = target.split(path.sep)[0]!;
  if (other === room) return undefined;
  if (target.startsWith(path.join('..', 'test')) && file.endsWith('.test.ts')) return undefined;
  if (!row.rooms.includes(other)) return `src/${file} imports ${target}: ${room} may not import ${other}`;
  return DOORS.has(target) || target === path.join(other, 'index.ts')
    ? undefined
    : `src/${file} imports ${target}, not the room's index.ts`;
}

/** What a room gives besides its index.ts: what most who need the room can do without. */
const DOORS = new Set([path.join('proxy', 'in-thread.ts')]);

const files = globSync('**/*.ts', { cwd: SRC }).filter(file => file.includes(path.sep));

test('imports go one way and only through index.ts', () => {
  const found = files.flatMap(file => importsOf(file).map(specifier => violation(file, specifier)));
  assert.deepEqual(
    found.filter(line => line !== undefined),
    [],
  );
});

/** Where the program, the library and the worker's thread begin. */
const ENTRIES = ['cli/index.ts', 'gateway/library/library.ts', 'proxy/worker.ts'].map(path.normalize);

test('every file of src is part of the program or a test', () => {
  const reached = new Set(ENTRIES);
  for (const file of reached) {
    const relative = importsOf(file).filter(specifier => specifier.startsWith('.'));
    for (const specifier of relative) reached.add(path.join(path.dirname(file), specifier));
  }
  assert.deepEqual(
    files.filter(file => !file.endsWith('.test.ts') && !reached.has(file)),
    [],
  );
});

/** What a process that runs `sluice proxy` loads, now or later: types are gone by then, and other commands stay where they are. */
function loadedByProxy(): ReadonlySet<string> {
  const loaded = new Set(['cli/main.ts', 'cli/commands/proxy.ts', 'proxy/worker.ts'].map(path.normalize));
  for (const file of loaded) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(path.join(SRC, file), 'utf8').replace(/^(?:import|export) type [^;]*;/gm, '');
    const later = file.startsWith('cli') && !file.endsWith(path.normalize('commands/proxy.ts'));
    for (const [, now, bare, dynamic] of text.matchAll(IMPORT)) {
      const specifier = now ?? bare ?? (later ? undefined : dynamic);
      if (specifier?.startsWith('.')) loaded.add(path.join(path.dirname(file), specifier));
      else if (specifier !== undefined && !specifier.startsWith('node:')) loaded.add(specifier);
    }
  }
  return loaded;
}

test('a proxy loads neither manifests nor what makes a configuration of them', () => {
  const loaded = [...loadedByProxy()];
  assert.ok(loaded.includes(path.normalize('agent/agent.ts')) && loaded.includes(path.normalize('stream/link.ts')));
  const foreign = /^(resources|translate|sources|collections|kubernetes|cluster|controller|gateway|explain|yaml)\b/;
  assert.deepEqual(
    loaded.filter(file => foreign.test(file)),
    [],
  );
});

test('every room says what it is', () => {
  for (const room of Object.keys(ROOMS)) {
    const head = readFileSync(path.join(SRC, room, 'index.ts'), 'utf8').match(/^\/\*\*\n( \* .+\n){2,8} \*\//);
    assert.ok(head, `src/${room}/index.ts opens with 2 to 8 lines on what the room is and what it never does`);
  }
});

test('proxy, router and ir never mention Kubernetes', () => {
  for (const file of files.filter(name => /^(proxy|router|ir)[/\\]/.test(name) && !name.endsWith('.test.ts'))) {
    const code = readFileSync(path.join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    assert.doesNotMatch(code, /kubernetes|k8s/i, `src/${file}`);
  }
});
