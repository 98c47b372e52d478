import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** What a person reads, by file; CONTRIBUTING's page of style names the very words, in its table. */
const below = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name));
const english = [...below('renderer/i18n/en', '.json'), ...below('resources/help/en', '.md'), 'README.md'];
const chinese = [...below('renderer/i18n/zh-CN', '.json'), ...below('resources/help/zh-CN', '.md')];
const sources = ['shared', 'main', 'renderer'].flatMap((folder) =>
  [...below(folder, '.ts'), ...below(folder, '.vue')].filter((name) => !name.includes('node_modules')),
);

const rates =
  /\b(nats|bits) an? (code|pixel|dimension|component|picture|item|byte|value|place)\b|\b(codes|numbers|objects) an? (place|code|item|level|line)\b(?! (has|chooses))/i;
const patterns: readonly [string, RegExp][] = [
  ['“a” where “per” is meant', rates],
  ['“so many” for a number n', /\b(only|first|every|of|by|over|after) so many\b/i],
  [
    'a prior that is “told” its condition',
    /\btold (the |their |its )?class(es)?\b|\bclass(es)? (it|that \w+) (was|were|is) told\b/,
  ],
  ['a sentence without its subject, “Of a …, …”', /(^|[.!?] )Of (an?|the) (?!course)[^.]*, /m],
  [
    '“mend”, “by heart” and “press” for fix, memorise and click',
    /\bmend(s|ed)?\b|\bby heart\b|\b[Pp]ress(?= _| the| Measure)/,
  ],
  ['a space before a percent sign', /\d %/],
];

/** The lines of files that have a pattern, `file:line`. */
function linesWith(
  files: readonly string[],
  pattern: RegExp,
  part: (line: string) => string = (line) => line,
): string[] {
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) => (pattern.test(part(line)) ? [`${file}:${at + 1}`] : [])),
  );
}

/** Shapes and code are written alike in every language. */
const withoutShapes = (line: string): string => line.replaceAll(/`[^`]*`|\[[^\]]*\]/g, '');

describe('English that people read', () => {
  it.each(patterns)('has no %s', (_name, pattern) => expect(linesWith(english, pattern)).toEqual([]));

  it('has no “a” for “per” in what sources say, comments included', () => {
    expect(linesWith(sources, rates)).toEqual([]);
  });

  it('begins no comment of a source with “Of”', () => {
    expect(linesWith(sources, /^\s*(\/\*\*|\*|\/\/) Of (?!course)/)).toEqual([]);
  });
});

describe('Chinese that people read', () => {
  it.each([
    ['训练 for a run, which is 运行', /训练运行|[次个]训练(加入|正在|已经)/],
    ['more than one word for a latent, a nat, a metric or collapse', /隐(变量|编码|向量)|潜向量|纳特|度量|塌缩/],
    ['共 for “of”, and 相当于', /[，、]共 ?[\d{]|相当于/],
    ['a space before a percent sign', /\d %/],
    ['half-width commas between Chinese characters', /\p{Script=Han}, ?\p{Script=Han}/u],
  ])('has no %s', (_name, pattern) => expect(linesWith(chinese, pattern, withoutShapes)).toEqual([]));
});

describe('the patterns', () => {
  it.each([
    ['Nats a code', 0],
    ['after so many steps', 1],
    ['a prior told the classes', 2],
    ['Of a VAE the vector is the mean, and so on', 3],
    ['what to mend first', 4],
    ['95 % of those', 5],
  ])('find “%s”', (text, which) => expect(patterns[which]![1].test(text)).toBe(true));
});
