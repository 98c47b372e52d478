/**
 * No file imports itself by way of others, types counted: an index exports and lists, and a type that two files share
 * has a file. The imports of the whole repository are read once, when the first file is linted.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { resolve } from './layers.js';

const folders = ['shared', 'main', 'renderer'];
const isSource = (name) => /\.(ts|vue)$/.test(name) && !name.includes('node_modules') && !name.endsWith('.d.ts');
const imported = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

/** Every source below `root` with the sources that it imports, as paths from there. */
export function importsBelow(root) {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(isSource)
      .map((name) => `${folder}/${name.split(path.sep).join('/')}`),
  );
  return importsOf(new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')])));
}

/** The same of sources by their paths. */
export function importsOf(sources) {
  const find = (base) => [base, `${base}.ts`, `${base}/index.ts`].find((file) => sources.has(file));
  return new Map(
    [...sources].map(([file, text]) => {
      const targets = [...text.matchAll(imported)].flatMap(([, source]) => find(resolve(source, file) ?? '') ?? []);
      return [file, [...new Set(targets)]];
    }),
  );
}

/** A shortest way from `file` back to itself, or null. */
export function circleOf(imports, file) {
  const cameFrom = new Map();
  let front = [file];
  while (front.length > 0) {
    const next = [];
    for (const from of front) {
      for (const to of imports.get(from) ?? []) {
        if (to === file) {
          const way = [file];
          for (let at = from; at !== file; at = cameFrom.get(at)) way.unshift(at);
          return [file, ...way];
        }
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, from);
        next.push(to);
      }
    }
    front = next;
  }
  return null;
}

let known;

export const circlesRule = {
  meta: { type: 'problem', docs: { description: 'no file imports itself by way of others' }, schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    if (!folders.some((folder) => file.startsWith(`${folder}/`))) return {};
    known ??= importsBelow(context.cwd);
    const circle = circleOf(known, file);
    return circle === null
      ? {}
      : { Program: (node) => context.report({ node, message: `A circle of imports: ${circle.join(' → ')}.` }) };
  },
};
