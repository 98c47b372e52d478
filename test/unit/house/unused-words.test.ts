import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };
const leaves = (tree: Tree, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : leaves(value, `${prefix}${key}.`),
  );
const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.includes('node_modules'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
const words = 'renderer/i18n/en';
const keys = readdirSync(words).flatMap((file) => leaves(JSON.parse(readFileSync(`${words}/${file}`, 'utf8')) as Tree));
const page = filesBelow('renderer', /(?<!\.d)\.(?:ts|vue)$/).join('\n');
/** Loss terms are named by the models. */
const everything = [page, ...filesBelow('shared', /\.ts$/), ...filesBelow('main/engine', /\.ts$/)].join('\n');

/** Keys of which the page puts the part at `*` together while it runs; that part must be a word of the code as well. */
const putTogether = [
  'app.bin.kind.*',
  'app.backend.*',
  'app.backend.why.*',
  'app.engine.*',
  'app.error.*',
  'app.help.*',
  'app.incident.*',
  'app.layer.level.*',
  'app.menu.*',
  'app.path.*',
  'app.problem.*',
  'app.process.*',
  'app.role.*',
  'app.storage.*.help',
  'app.storage.*.title',
  'charts.axis.*',
  'charts.scale.*',
  'codebook.verdict.*.help',
  'codebook.verdict.*.title',
  'codebook.number.*',
  'codebook.order.*',
  'codebook.split.*',
  'datasets.filter.*',
  'metric.*.formula',
  'metric.*.help',
  'metric.*.name',
  'metric.measure.*',
  'present.chapter.*.title',
  'present.doubt.*',
  'present.chapter.*.words',
  'runs.column.*',
  'runs.comparison.checkpoint.*',
  'runs.comparison.file.*',
  'runs.comparison.split.*',
  'runs.comparison.tab.*',
  'runs.format.*',
  'runs.origin.*',
  'runs.setting.*',
  'runs.status.*',
  'samples.choice.*',
  'samples.nearest.phase.*',
  'samples.quality.phase.*',
  'samples.watch.step.*',
  'studio.between.order.*',
  'studio.between.way.*',
  'studio.between.wayHelp.*',
  'studio.command.*',
  'studio.compare.*',
  'studio.extend.side.*',
  'studio.tool.*',
  'train.doctor.finding.*.help',
  'train.doctor.finding.*.title',
  'train.doctor.remedy.*.help',
  'train.doctor.remedy.*.label',
  'train.form.group.*.help',
  'train.form.group.*.title',
  'train.header.*',
  'train.insight.*',
  'train.plan.*',
  'train.plan.unknown.*',
  'train.scheduled.*',
  'train.status.*',
  'train.term.*',
  'train.time.*',
  'train.trouble.advice.*',
  'train.vary.cost.*',
  'train.vary.kind.*',
  'train.vary.method.*.help',
  'train.vary.method.*.label',
  'train.vary.problem.*',
  'train.vary.scale.*',
];

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const isWord = (word: string): boolean =>
  new RegExp(`['"\`]${escaped(word)}['"\`]|\\b${escaped(word)}\\??:`).test(everything);
const isPutTogether = (key: string): boolean =>
  putTogether.some((pattern) => {
    const [before, after] = pattern.split('*') as [string, string];
    const isOne = key.startsWith(before) && key.endsWith(after) && key.length > before.length + after.length;
    return isOne && isWord(key.slice(before.length, key.length - after.length));
  });

describe('the words of the screens', () => {
  it('are all used: what nothing says is deleted', () => {
    const unused = keys.filter((key) => !new RegExp(`['"\`]${escaped(key)}['"\`]`).test(page) && !isPutTogether(key));
    expect(unused).toEqual([]);
  });

  it.each(putTogether)('%s is put together somewhere', (pattern) => {
    const [before, after] = pattern.split('*') as [string, string];
    expect(page).toMatch(new RegExp(`\`${escaped(before)}\\$\\{[^\`]+\\}${escaped(after)}\``));
  });
});
