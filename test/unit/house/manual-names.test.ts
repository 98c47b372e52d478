import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const MANUAL = 'resources/help/en';
const filesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesIn(file) : [file];
  });
const read = (file: string): string => readFileSync(file, 'utf8');

const plain = (text: string): string => text.replace(/[….:]+$/, '').trim();
const wordsOf = (value: unknown): string[] =>
  typeof value === 'string' ? value.split(' | ') : Object.values(value as object).flatMap(wordsOf);
const screens = filesIn('renderer/i18n/en').flatMap((file) => wordsOf(JSON.parse(read(file))));
const fields = filesIn('shared/specs')
  .flatMap((file) => [...read(file).matchAll(/en: '((?:[^'\\]|\\.)*)'/g)])
  .map(([, words = '']) => words.replaceAll("\\'", "'"));
const pages = readdirSync(MANUAL).filter((name) => name.endsWith('.md'));
const headings = pages.flatMap((page) => read(path.join(MANUAL, page)).match(/(?<=^#+ ).+$/gm) ?? []);

const exact = new Set([...screens, ...fields, ...headings].map(plain));
/** With a number or a name in them. */
const patterns = screens
  .filter((words) => /\{\w+\}/.test(words) && words.replaceAll(/\{\w+\}/g, '').trim().length >= 8)
  .map((words) => {
    const parts = plain(words)
      .split(/\{\w+\}/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`);
  });
/** Also a way through a menu, `New · Recent work …`. */
const isOnTheScreen = (name: string): boolean =>
  name
    .split(' · ')
    .map(plain)
    .every((part) => exact.has(part) || patterns.some((pattern) => pattern.test(part)));
/** What is set in italics without being a name: a paper by its year, and a sentence that leads a paragraph. */
const isNoName = (text: string): boolean => /\b(19|20)\d\d\b/.test(text) || text.endsWith('.');

describe('the names of buttons and fields in the manual', () => {
  it.each(pages)('are as they stand on the screen: %s', (page) => {
    const text = read(path.join(MANUAL, page)).replaceAll(/`[^`]*`/g, '');
    const names = [...text.matchAll(/(?<![\w*])_([A-Z][^_\n]{1,60})_(?![\w*])/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !isNoName(name) && !isOnTheScreen(name))).toEqual([]);
  });
});
