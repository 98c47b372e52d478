import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { helpPages } from '@shared/contract';
import { autoencoderSchema, fromPreset, kindsOf, presets, modelWords, priorSchema, runSpecSchema } from '@shared/specs';

const read = (file: string): string => readFileSync(file, 'utf8');
const contributing = read('CONTRIBUTING.md');

describe('CONTRIBUTING', () => {
  const named = [...contributing.matchAll(/`((?:shared|main|renderer|test|resources|lint)\/[\w./-]*)`/g)].map(
    (match) => match[1]!,
  );

  it.each([...new Set(named)])('names %s, which exists', (place) => expect(existsSync(place)).toBe(true));

  it('has a recipe for each thing that is added often, and no others', () => {
    const recipes = contributing.slice(contributing.indexOf('\n## Recipes'), contributing.indexOf('\n## Tests'));
    expect([...recipes.matchAll(/^### (.+)$/gm)].map((match) => match[1])).toEqual([
      'A model',
      'A prior',
      'A quantizer',
      'A medium',
      'A request',
      'A screen',
      'A metric',
      'A command',
    ]);
  });
});

describe('the recipe for a model', () => {
  const kinds = kindsOf(autoencoderSchema);

  it.each(kinds)('was followed for %s: with presets, a tiny one among them, and a page in both languages', (kind) => {
    const own = presets.filter(({ model }) => model === kind);
    expect(own.some(({ name }) => name.includes('tiny'))).toBe(true);
    for (const preset of own) expect(runSpecSchema.safeParse(fromPreset(preset, 'd')).success).toBe(true);
    for (const locale of ['en', 'zh-CN']) expect(existsSync(`resources/help/${locale}/${kind}.md`)).toBe(true);
  });
});

describe('the recipe for a prior', () => {
  it.each(kindsOf(priorSchema))(
    'was followed for %s: with presets, a tiny one among them, and a section of the manual',
    (kind) => {
      const own = presets.filter(({ model }) => model === kind);
      expect(own.some(({ name }) => name.includes('tiny'))).toBe(true);
      const codes = { run: 'a-run', step: null };
      for (const preset of own) expect(runSpecSchema.safeParse(fromPreset(preset, 'd', codes)).success).toBe(true);
      for (const locale of ['en', 'zh-CN'] as const)
        expect(read(`resources/help/${locale}/priors.md`)).toContain(`## ${modelWords(kind)!.name.en}`);
    },
  );
});

describe('the recipe for a screen', () => {
  const features = readdirSync('renderer/features', { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(features.map(({ name }) => name))('was followed for %s: listed, with its words in both languages', (name) => {
    expect(existsSync(`renderer/features/${name}/index.ts`)).toBe(true);
    expect(read('renderer/app/features.ts')).toContain(`/${name}`);
    for (const locale of ['en', 'zh-CN']) expect(existsSync(`renderer/i18n/${locale}/${name}.json`)).toBe(true);
  });
});

describe('the manual', () => {
  it.each(helpPages.flatMap((page) => [`en/${page}`, `zh-CN/${page}`]))('has the page %s', (page) => {
    expect(read(`resources/help/${page}.md`)).toMatch(/^# \S/);
  });

  it.each(['en', 'zh-CN'])('has the pictures that its pages name, and no others, in %s', (locale) => {
    const pages = helpPages.map((page) => read(`resources/help/${locale}/${page}.md`)).join('\n');
    const named = [...pages.matchAll(/!\[[^\]]+\]\(\.\.\/pictures\/([a-z0-9-]+\.png)\)/g)].map(([, file]) => file);
    expect(pages.match(/!\[/g) ?? []).toHaveLength(named.length);
    expect(new Set(named)).toEqual(new Set(readdirSync('resources/help/pictures')));
  });
});
