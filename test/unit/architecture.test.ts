/** The rules of the layout (DESIGN §3, STYLE §2), read off the sources themselves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = ['models', 'pipelines', 'portal', 'workers', 'bench', 'fixtures', 'test'];
const PUBLISH = 'pipelines/adapters/publish';
/** Plain scripts that run before there is a dependency to import, and inside Docker's health check. */
const BEFORE_CONFIG = ['workers/setup/bootstrap.mjs', 'workers/setup/container-health.mjs'];
/** What runs in production; the rest measures and tests it. */
const PRODUCT = ['models/', 'pipelines/', 'portal/', 'workers/'];

interface Source {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly tree: ts.SourceFile;
  /** Files of this repository it imports, also for types only and at run time. */
  readonly files: readonly string[];
  /** Packages and Node modules it imports, by name. */
  readonly packages: readonly string[];
}

function sourcesIn(folder: string): string[] {
  const absolute = path.join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourcesIn(file);
    return /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [file] : [];
  });
}

function readSource(file: string): Source {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const isOwn = (specifier: string) => specifier.startsWith('.');
  return {
    file,
    tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
    files: specifiers.filter(isOwn).map((one) => path.posix.join(path.posix.dirname(file), one)),
    packages: specifiers.filter((one) => !isOwn(one)).map(packageName),
  };
}

/** `@tensorflow/tfjs-core/dist/x` → `@tensorflow/tfjs-core`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const sources = FOLDERS.flatMap(sourcesIn).map(readSource);
const isProduct = ({ file }: Source) => PRODUCT.some((folder) => file.startsWith(folder));
const under = (folder: string) => sources.filter(({ file }) => file.startsWith(folder));

/** `file → imported file` of every import that `isAllowed` refuses. */
function refused(of: readonly Source[], isAllowed: (imported: string) => boolean): string[] {
  return of.flatMap(({ file, files }) =>
    files.filter((imported) => !isAllowed(imported)).map((imported) => `${file} → ${imported}`),
  );
}

/** Every node of a source for which `isFound` holds, as `file:line text`. */
function findNodes({ file, tree }: Source, isFound: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isFound(node)) {
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push(`${file}:${line} ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Names that bring the clock, chance, the machine or the outside in. */
const IMPURE = new Set([
  ...['performance', 'process', 'crypto', 'globalThis', 'global', 'Buffer', 'console', 'fetch', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Intl', 'Temporal', 'WeakRef'],
]);

function isImpure(node: ts.Node): boolean {
  if (ts.isMetaProperty(node)) return true;
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.name.text;
    const owner = node.expression.getText();
    // `toLocaleString` and its like say something else on another machine.
    return /^(toLocale|localeCompare)/.test(name) || ['Date.now', 'Math.random'].includes(`${owner}.${name}`);
  }
  if (ts.isNewExpression(node)) {
    return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
  }
  if (ts.isCallExpression(node)) return node.expression.getText() === 'Date';
  if (!ts.isIdentifier(node) || !IMPURE.has(node.text)) return false;
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  return !isMember && !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent);
}

/** `process.env`, however it is spelled. */
function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return /^(globalThis\.)?process(\.env|\[['"]env['"]\])$/.test(node.getText());
  }
  return ts.isVariableDeclaration(node) && node.initializer?.getText() === 'process'
    ? node.name.getText().includes('env')
    : false;
}

/** The first import cycle that a depth-first walk meets, as the files along it. */
function findCycle(of: readonly Source[]): string[] | undefined {
  const importsOf = new Map(of.map(({ file, files }) => [file, files]));
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (file: string): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    trail.push(file);
    for (const imported of importsOf.get(file) ?? []) {
      const cycle = walk(imported);
      if (cycle !== undefined) return cycle;
    }
    trail.pop();
    done.add(file);
    return undefined;
  };
  for (const file of importsOf.keys()) {
    const cycle = walk(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Whether `docker build` does not get the file: the last rule that fits it or a folder above it says so. */
function isLeftOut(rules: readonly string[], file: string): boolean {
  const fits = (rule: string): boolean => {
    const pattern = rule.replace(/^!/, '').replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*');
    return new RegExp(`^${pattern}(/|$)`).test(file);
  };
  return rules.findLast(fits)?.startsWith('!') === false;
}

describe('this test', () => {
  it('reads the sources', () => {
    expect(under('pipelines/domain/').length).toBeGreaterThan(20);
    expect(under('workers/').length).toBeGreaterThan(20);
    const analyze = sources.find(({ file }) => file === 'pipelines/analyze.ts');
    expect(analyze?.files).toContain('pipelines/ports.ts');
  });

  it('sees what it forbids', () => {
    const tree = (text: string): Source => ({
      file: 'x.ts',
      tree: ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true),
      files: [],
      packages: [],
    });
    const impure = 'Date.now(); new Date(); Date(); Math.random(); process.hrtime(); x.toLocaleString();';
    expect(findNodes(tree(impure), isImpure)).toHaveLength(6);
    const pure = 'Date.UTC(2026, 0); new Date(5); Math.sqrt(2); site.process; ({ process: 1 });';
    expect(findNodes(tree(pure), isImpure)).toEqual([]);
    const environment = "process.env.A; process['env']; const { env } = process;";
    expect(findNodes(tree(environment), readsEnvironment)).toHaveLength(3);
    const ring = ['a', 'b', 'c'].map((file, i) => ({ ...tree(''), file, files: [['b', 'c', 'a'][i]!] }));
    expect(findCycle(ring)).toEqual(['a', 'b', 'c', 'a']);
    expect(findCycle(ring.slice(1))).toBeUndefined();
  });
});

describe('dependencies point inward', () => {
  it('the domain imports nothing but the domain', () => {
    const domain = under('pipelines/domain/');
    expect(refused(domain, (imported) => imported.startsWith('pipelines/domain/'))).toEqual([]);
    expect(domain.flatMap(({ file, packages }) => packages.map((name) => `${file} → ${name}`))).toEqual([]);
  });

  it('the domain has no clock, no chance, no environment', () => {
    expect(under('pipelines/domain/').flatMap((source) => findNodes(source, isImpure))).toEqual([]);
  });

  it('pipelines import neither workers nor the portal', () => {
    const isInside = (imported: string) => !/^(workers|portal|bench|test|fixtures)\//.test(imported);
    expect(refused(under('pipelines/'), isInside)).toEqual([]);
  });

  it('adapters know the domain, the ports, the errors, model cards and each other, not who joins them', () => {
    const allowed = /^(pipelines\/(adapters|domain)\/|pipelines\/(ports|errors|version)\.ts$|models\/)/;
    expect(refused(under('pipelines/adapters/'), (imported) => allowed.test(imported))).toEqual([]);
  });

  it('the portal knows of the pipeline only the domain, the errors, the CSV columns and how to open SQLite', () => {
    // Outbox, store and register open their files with the same durability.
    const known = ['pipelines/errors.ts', 'pipelines/adapters/sqlite/sqlite-file.ts', `${PUBLISH}/csv.ts`];
    const isAllowed = (imported: string) =>
      /^(portal|pipelines\/domain)\//.test(imported) || known.includes(imported);
    expect(refused(under('portal/'), isAllowed)).toEqual([]);
  });

  it('the product imports neither tests nor measurements', () => {
    const isInside = (imported: string) => !/^(bench|test|fixtures)\//.test(imported);
    expect(refused(sources.filter(isProduct), isInside)).toEqual([]);
  });

  it('a data file is read by the module beside it, which gives it types', () => {
    const readers = sources
      .filter(isProduct)
      .flatMap(({ file, files }) => files.map((imported) => ({ file, imported })))
      .filter(({ imported }) => imported.endsWith('.json'));
    expect(readers.length).toBeGreaterThan(0);
    const isBeside = (file: string, data: string) => path.dirname(file) === path.dirname(data);
    expect(readers.filter(({ file, imported }) => !isBeside(file, imported))).toEqual([]);
  });

  it('no file imports itself through others', () => {
    expect(findCycle(sources)).toBeUndefined();
  });
});

it('docker build gets every file that what it compiles imports', () => {
  const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
  const rules = read('.dockerignore')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  const { include } = JSON.parse(read('tsconfig.build.json')) as { include: readonly string[] };
  const importsOf = new Map(sources.map(({ file, files }) => [file, files]));
  const needed = new Set(include.flatMap((folder) => under(`${folder}/`)).map(({ file }) => file));
  // What is added meanwhile is walked as well.
  for (const file of needed) for (const imported of importsOf.get(file) ?? []) needed.add(imported);
  expect([...needed].filter((file) => isLeftOut(rules, file))).toEqual([]);
  expect(needed).toContain('test/support/chromium.ts');
  expect(isLeftOut(rules, 'test/unit/architecture.test.ts')).toBe(true);
});

describe('technology has one home', () => {
  const importers = (pattern: RegExp) =>
    sources.filter((source) => isProduct(source) && source.packages.some((name) => pattern.test(name)));

  it.each([
    ['fluent-ffmpeg', /^fluent-ffmpeg$/, ['pipelines/adapters/decode/ffmpeg-command.ts']],
    ['onnxruntime-node', /^onnxruntime-node$/, ['pipelines/adapters/detect/ort-session.ts']],
    ['TensorFlow.js, for tests only', /^@tensorflow\//, []],
  ])('%s', (_name, pattern, homes) => {
    expect(importers(pattern).map(({ file }) => file)).toEqual(homes);
  });

  it('the environment is read in workers/config.ts, and by scripts that run before it can be', () => {
    const mayRead = ['workers/config.ts', ...BEFORE_CONFIG];
    const readers = sources
      .filter((source) => isProduct(source) && !mayRead.includes(source.file))
      .flatMap((source) => findNodes(source, readsEnvironment));
    expect(readers).toEqual([]);
  });
});
