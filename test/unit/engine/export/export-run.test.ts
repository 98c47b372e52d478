import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportFormat } from '../../../../shared/contract';
import { exportRun } from '../../../../main/engine/export';
import { createTrainer } from '../../../../main/engine/training';
import { readState } from '../../../../main/engine/training/run-files';
import { readRun } from '../../../../main/run-files';
import { makeDataset, makeRun, temporaryFolder } from '../training/fixture';

const folder = temporaryFolder();
const runDirectory = folder.path('run');
beforeAll(async () => {
  const dataset = await makeDataset(folder.path('dataset'));
  makeRun(runDirectory, dataset, { training: { steps: 2 } });
  const trainer = await createTrainer({ runDirectory, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
});
afterAll(folder.remove);

describe.each(['safetensors', 'savedmodel'] as const)('an export as %s', (format: ExportFormat) => {
  it('tells how far it is, from loading to the last byte', async () => {
    const seen: [string, number, number][] = [];
    const directory = folder.path(`told-${format}`);
    await exportRun({ runDirectory, step: 2, format, directory, onProgress: (...at) => seen.push(at) });
    expect(seen[0]).toEqual(['loading', 0, 1]);
    const [phase, done, total] = seen.at(-1)!;
    expect([phase, done]).toEqual(['writing', total]);
    expect(existsSync(directory)).toBe(true);
  });

  it.each(['loading', 'writing'])('leaves nothing behind when it is cancelled while %s', async (phase) => {
    const place = folder.path(`cancelled-${format}-${phase}`);
    mkdirSync(place);
    const cancel = new AbortController();
    const made = exportRun({
      runDirectory,
      step: 2,
      format,
      directory: `${place}/export`,
      signal: cancel.signal,
      onProgress: (at) => void (at === phase && cancel.abort()),
    });
    await expect(made).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(place)).toEqual([]);
  });

  it('says which weights of which run it holds', async () => {
    const directory = folder.path(`described-${format}`);
    const { files } = await exportRun({ runDirectory, step: 2, format, directory });
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['README.md', 'description.json']));
    const description = JSON.parse(readFileSync(`${directory}/description.json`, 'utf8')) as object;
    const { weightsHash } = readState(runDirectory, 2);
    expect(description).toMatchObject({ step: 2, weightsHash, spec: readRun(runDirectory).spec });
    expect(readFileSync(`${directory}/README.md`, 'utf8')).toContain(weightsHash);
  });

  it('brings what reads pictures as its dataset’s import did, and says how; a run from before it was kept counts as cropped on white', async () => {
    const told = [[{}, { fit: 'crop', background: 'white' }] as const];
    const black = { fit: 'contain', background: 'black' } as const;
    for (const [given, expected] of [...told, [{ preprocessing: black }, black] as const]) {
      const { preprocessing: _before, ...rest } = JSON.parse(
        readFileSync(`${runDirectory}/run.json`, 'utf8'),
      ) as Record<string, unknown>;
      writeFileSync(`${runDirectory}/run.json`, JSON.stringify({ ...rest, ...given }));
      const directory = folder.path(`reads-${format}-${expected.background}`);
      await exportRun({ runDirectory, step: 2, format, directory });
      const { preprocessing } = JSON.parse(readFileSync(`${directory}/description.json`, 'utf8')) as {
        preprocessing: object;
      };
      expect(preprocessing).toMatchObject(expected);
      expect(readFileSync(`${directory}/preprocess.py`, 'utf8')).toMatch(/^"""Picture files as Tessera reads them/);
      const readme = readFileSync(`${directory}/README.md`, 'utf8');
      expect(readme).toContain('from preprocess import load');
      expect(readme).toContain(`over ${expected.background}`);
    }
  });

  it('refuses a folder that exists and leaves it alone', async () => {
    const directory = folder.path(`mine-${format}`);
    mkdirSync(directory);
    writeFileSync(`${directory}/mine.txt`, 'mine');
    const made = exportRun({ runDirectory, step: 2, format, directory });
    await expect(made).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readdirSync(directory)).toEqual(['mine.txt']);
  });
});
