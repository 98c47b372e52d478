import { AppError } from '@shared/errors';

/** The Python of `python/` by file name. */
const sources = Object.fromEntries(
  Object.entries(import.meta.glob<string>('./python/*.py', { query: '?raw', import: 'default', eager: true })).map(
    ([file, source]) => [file.replace(/^.*\/|\.py$/g, ''), source],
  ),
);

const DOCSTRING = /^"""([^]*?)"""\n/;
const OWN_IMPORT = /^from \.(\w+) import .*\n/gm;
const IMPORT = /^(?:import|from) .*\n/gm;
const THIRD_PARTY = /^\w+ (?:torch|safetensors|numpy|tensorflow|PIL)\b/;

/**
 * Files of `python/` and those that they import, as one that stands alone: each after what it imports, their imports of packages
 * gathered at the head. The docstring is that of `head`, and says what packages it `needs`.
 */
export function joinPython(files: readonly string[], head: string, needs = 'torch and safetensors'): string {
  const bodies = new Map<string, string>();
  const imports = new Set<string>();
  const add = (file: string): void => {
    if (bodies.has(file)) return;
    const source = sourceOf(file);
    for (const [, other = ''] of source.matchAll(OWN_IMPORT)) add(other);
    const rest = source.replace(DOCSTRING, '').replace(OWN_IMPORT, '');
    for (const [line] of rest.matchAll(IMPORT)) imports.add(line);
    bodies.set(file, rest.replace(IMPORT, '').trim());
  };
  files.forEach(add);
  const lines = [...imports].sort();
  const packages = [false, true].map((isThirdParty) =>
    ['import', 'from']
      .flatMap((word) => lines.filter((line) => line.startsWith(word) && THIRD_PARTY.test(line) === isThirdParty))
      .join(''),
  );
  const about = `"""${DOCSTRING.exec(sourceOf(head))?.[1]}\n\nNeeds ${needs}.\n"""`;
  return `${[about, packages.join('\n')].join('\n\n')}\n\n${[...bodies.values()].join('\n\n\n')}\n`;
}

function sourceOf(file: string): string {
  const source = sources[file];
  if (source === undefined) throw new AppError('INTERNAL', `There is no python/${file}.py.`);
  return source;
}
