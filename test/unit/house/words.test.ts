import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };
const leaves = (tree: Tree, prefix = ''): Map<string, string> =>
  new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...leaves(value, `${prefix}${key}.`)],
    ),
  );
const folder = 'renderer/i18n';
const files = readdirSync(`${folder}/en`);
const read = (locale: string, file: string): Map<string, string> =>
  leaves(JSON.parse(readFileSync(`${folder}/${locale}/${file}`, 'utf8')) as Tree);
const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

describe('the words of the screens', () => {
  it('come in the same files in both languages', () => expect(readdirSync(`${folder}/zh-CN`)).toEqual(files));

  it.each(files)('%s: same keys, same placeholders, nothing empty, and Chinese that is Chinese', (file) => {
    const en = read('en', file);
    const zh = read('zh-CN', file);
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [key, text] of en) {
      expect(text.trim(), key).not.toBe('');
      expect(new Set(named(zh.get(key)!)), key).toEqual(new Set(named(text)));
    }
    const translated = [...zh.values()].filter((text) => /[\u4e00-\u9fff]/.test(text)).length;
    expect(translated / zh.size).toBeGreaterThan(0.6);
  });

  it('are the only words: no template holds text of its own', () => {
    const offenders: string[] = [];
    for (const name of readdirSync('renderer', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.vue'),
    )) {
      const template = /<template>([\s\S]*)<\/template>/.exec(readFileSync(`renderer/${name}`, 'utf8'))?.[1] ?? '';
      const bare = template.replaceAll(/\{\{[\s\S]*?\}\}/g, '').replaceAll(/<!--[\s\S]*?-->/g, '');
      for (const match of bare.matchAll(/>([^<>]*)</g)) {
        const text = match[1]!.trim();
        if (/\p{L}{3,}/u.test(text) && !/^(?:Tessera|PNG|CSV|SVG)$/.test(text) && !/["=]/.test(text))
          offenders.push(`${name}: ${text}`);
      }
    }
    expect(offenders).toEqual([]);
  });
});
