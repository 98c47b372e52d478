/**
 * The layering of CONTRIBUTING.md as a rule: which folder may import which, and which packages have only one home. A
 * layer reaches another across a process boundary through the contract, never by import. A screen (a folder of
 * renderer/features) imports no other screen: what two screens need lies in components, media, charts or stores. A medium
 * (renderer/media) knows no screen and no state. The rooms inside the engine have an order of their own (`rooms.js`).
 */
import path from 'node:path';
import { climb } from './rooms.js';

/** Folder prefixes of the layers; the first match names a file's layer. */
const layers = [
  'shared',
  'renderer',
  'main/files',
  'main/run-files',
  'main/desktop',
  'main/serve',
  'main/cli',
  'main/workbench',
  'main/engine',
];

/** The layers that each layer may import, besides itself. */
const arrows = {
  shared: [],
  renderer: ['shared'],
  'main/files': ['shared'],
  'main/run-files': ['shared', 'main/files'],
  'main/desktop': ['shared', 'main/files'],
  'main/workbench': ['shared', 'main/files', 'main/run-files'],
  'main/serve': ['shared', 'main/workbench'],
  'main/cli': ['shared', 'main/files', 'main/workbench', 'main/serve'],
  'main/engine': ['shared', 'main/files', 'main/run-files'],
};

/** Packages with only one home. A prefix that ends in "/" stands for every package below it. */
const homes = [
  { packages: ['electron'], home: ['main/desktop'] },
  { packages: ['http', 'https', 'node:http', 'node:https', 'http2', 'node:http2', 'ws'], home: ['main/serve'] },
  { packages: ['@tensorflow/', 'sharp'], home: ['main/engine'] },
  { packages: ['libsql'], home: ['main/workbench/catalogue'] },
  { packages: ['commander'], home: ['main/cli'] },
  { packages: ['vue', 'pinia', 'vue-router', 'vue-i18n', 'echarts', '@nuxt/'], home: ['renderer'] },
];

/** The only packages that `shared` may use, by folder. */
const sharedPackages = { 'shared/wire': ['zod', 'msgpackr'], shared: ['zod'] };

const isBelow = (file, folder) => file === folder || file.startsWith(`${folder}/`);
const matches = (source, name) =>
  name.endsWith('/') ? source.startsWith(name) : source === name || source.startsWith(`${name}/`);

/** The repository path an import names, or null for a package. */
export function resolve(source, file) {
  if (source.startsWith('@shared/')) return `shared/${source.slice('@shared/'.length)}`;
  if (source.startsWith('@/')) return `renderer/${source.slice(2)}`;
  if (source.startsWith('.')) return path.posix.join(path.posix.dirname(file), source);
  return null;
}

/** The screen that a file of the renderer belongs to, or null. */
const featureOf = (file) => /^renderer\/features\/([^/]+)/.exec(file)?.[1] ?? null;

/** Why `file` may not import `source`, or null. Exported for the test of the rule. */
export function violation(file, source) {
  const from = layers.find((layer) => isBelow(file, layer));
  if (!from) return null;
  const target = resolve(source, file);
  if (target === null) {
    for (const { packages, home } of homes) {
      if (packages.some((name) => matches(source, name)) && !home.some((folder) => isBelow(file, folder))) {
        return `Only ${home.join(', ')} may import ${source}.`;
      }
    }
    const allowed = from === 'shared' && sharedPackages[isBelow(file, 'shared/wire') ? 'shared/wire' : 'shared'];
    if (allowed && !allowed.some((name) => matches(source, name))) {
      return `shared may import only ${allowed.join(' and ')}, not ${source}.`;
    }
    return null;
  }
  const to = layers.find((layer) => isBelow(target, layer));
  if (to === undefined)
    return target.startsWith('resources/') || target === 'package.json' ? null : `${from} may not import ${target}.`;
  const [mine, other] = [featureOf(file), featureOf(target)];
  if (mine !== null && other !== null && mine !== other)
    return `The ${mine} screen may not import the ${other} screen: move what both need to components, charts or stores.`;
  if (isBelow(file, 'renderer/media') && /^renderer\/(features|app|stores)\//.test(target))
    return `${file} may not import ${target}: a medium shows what it is given, whatever the screen.`;
  if (to === 'main/engine' && from === to) return climb(file, target);
  return to === from || arrows[from].includes(to)
    ? null
    : `${from} may not import ${to}: talk to it through the contract.`;
}

export const layersRule = {
  meta: { type: 'problem', docs: { description: 'imports follow the layers of DESIGN' }, schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = (node) => {
      if (!node?.source || typeof node.source.value !== 'string') return;
      const message = violation(file, node.source.value);
      if (message) context.report({ node: node.source, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
