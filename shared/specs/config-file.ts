import { AppError } from '../errors';
import { leaves } from './paths';
import { presentPath } from './earlier';
import { runSpecFields, runSpecSchema, type RunSpec } from './run';
import { legacyTraining } from './training-v1';

/** A configuration read from a file: what is trained, and what its pictures were called where that is known. */
export interface Config {
  spec: RunSpec;
  datasetName: string | null;
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' } as const;
const plain = (html: string): string =>
  Object.entries(entities).reduceRight((text, [character, entity]) => text.replaceAll(entity, character), html);

/**
 * Where a report keeps the settings of a run, as JSON that can be seen and read back: an element of an HTML report, a
 * fenced block of a Markdown one.
 */
export const settingsBlock = {
  html: (json: string): string =>
    `<pre class="tessera-settings">${json.replaceAll(/[&<>"']/g, (character) => entities[character as '&'])}</pre>`,
  markdown: (json: string): string => `\`\`\`json tessera-settings\n${json}\n\`\`\``,
};
const HTML_BLOCK = /<pre class="tessera-settings">([\s\S]*?)<\/pre>/g;
const MARKDOWN_BLOCK = /^```json tessera-settings\n([\s\S]*?)\n```$/gm;
const blocksIn = (text: string): string[] => [
  ...[...text.matchAll(HTML_BLOCK)].map(([, json = '']) => plain(json)),
  ...[...text.matchAll(MARKDOWN_BLOCK)].map(([, json = '']) => json),
];

/**
 * The configuration in a file's text: a run.json, a specification alone, or a report with the settings of one run.
 * @param file what the file is called in messages
 * @throws BAD_REQUEST naming the file, and the field that is unknown or refused
 */
export function configIn(text: string, file: string): Config {
  const blocks = blocksIn(text);
  if (blocks.length > 1) {
    throw new AppError(
      'BAD_REQUEST',
      `${file} holds the settings of ${blocks.length} runs.`,
      'Download the settings of one of them from its details.',
      { field: 'config' },
    );
  }
  const value = parsed(blocks[0] ?? text, file);
  const record = isRecord(value) && isRecord(value.spec) ? value : null;
  const spec = record ? record.spec : value;
  if (!isRecord(spec)) throw notAConfig(file);
  const checked = runSpecSchema.safeParse(spec);
  refuseUnknown(spec, checked.success ? checked.data : null, file);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    const field = issue.path.join('.');
    throw new AppError('BAD_REQUEST', `${file}: ${field}: ${issue.message}`, '', { field });
  }
  const datasetName = typeof record?.datasetName === 'string' ? record.datasetName : null;
  return { spec: checked.data, datasetName };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notAConfig(file, error);
  }
}

const notAConfig = (file: string, cause?: unknown): AppError =>
  new AppError(
    'BAD_REQUEST',
    `${file} holds no configuration.`,
    'It takes a run.json, settings downloaded from a run’s details, or a report of one run.',
    { field: 'config', cause },
  );

/** A field that no part of the specification has is a slip of the pen, which parsing would drop without a word. */
function refuseUnknown(given: Record<string, unknown>, known: RunSpec | null, file: string): void {
  const names = new Set(known ? leaves(known).keys() : []);
  const isStranger = (path: string): boolean =>
    !names.has(presentPath(path)) && !isAbout(names, path) && !legacyTraining(given, path);
  const unknown =
    Object.keys(given).find((name) => !(name in runSpecFields.shape)) ??
    (known ? [...leaves(given).keys()].find(isStranger) : undefined);
  if (unknown === undefined) return;
  throw new AppError('BAD_REQUEST', `${file}: there is no field ${unknown} in this configuration.`, '', {
    field: unknown,
  });
}

/** Whether a path is the trunk of known ones, as an empty object may be. */
const isAbout = (names: ReadonlySet<string>, path: string): boolean =>
  [...names].some((name) => name.startsWith(`${path}.`));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
