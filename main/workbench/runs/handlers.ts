import path from 'node:path';
import type { runsRequests } from '@shared/contract';
import { runFolder } from '@shared/specs';
import type { HandlersOf } from '../handlers';
import type { Models } from '../studio';
import type { Incidents } from '../stores';
import { readLogEnd } from './log-file';
import { readPreview, readPreviews, readUsage } from './pictures';
import type { ProvenanceReader } from './provenance';
import type { RunTimes } from './run-times';
import type { Runs } from './runs';

export interface RunHandlersOptions {
  runs: Runs;
  folder(run: string): string;
  models: Models;
  times: RunTimes;
  incidents: Incidents;
  provenance: ProvenanceReader;
  /** Shows a folder in the file manager; answers whether the host can. */
  reveal(folder: string): boolean;
}

export function runHandlers({
  runs,
  folder,
  models,
  times,
  incidents,
  provenance,
  reveal,
}: RunHandlersOptions): HandlersOf<Omit<typeof runsRequests, 'runs.compare'>> {
  return {
    'runs.list': () => runs.listed(),
    'runs.get': ({ run }) => runs.get(run),
    'runs.plan': async ({ spec, time }, { signal }) => {
      const plan = await models.plan(spec);
      return { ...plan, time: await times.of(spec, plan, time, signal) };
    },
    'runs.start': async ({ spec, name }) => {
      const run = await runs.start(spec, name);
      provenance.note(run.id);
      return run;
    },
    'runs.sweep': async ({ sweep }) => {
      const queued = await runs.sweep(sweep);
      queued.forEach(({ id }) => provenance.note(id));
      return { runs: queued };
    },
    'runs.pause': ({ run }) => runs.pause(run),
    'runs.continue': ({ run, steps }) => runs.continue(run, steps),
    'runs.stop': ({ run }) => runs.stop(run),
    'runs.update': ({ run, ...change }) => runs.update(run, change),
    'runs.remove': ({ run }) => {
      runs.remove(run);
      return {};
    },
    'runs.restore': ({ run }) => runs.restore(run),
    'runs.reveal': ({ run }) => {
      const place = folder(run);
      return { path: place, opened: reveal(place) };
    },
    'runs.metrics': ({ run, after = -1 }) => runs.metrics(run, after),
    'runs.previews': ({ run }) => readPreviews(folder(run)),
    'runs.preview': ({ run, step }) => readPreview(folder(run), step),
    'runs.usage': ({ run }) => readUsage(folder(run)),
    'runs.provenance': ({ run }) => provenance.read(runs.get(run).id),
    'runs.log': async ({ run }) => ({ text: await readLogEnd(path.join(folder(run), runFolder.log)) }),
    'runs.evaluate': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.evaluate({ run, checkpoint }, what, { signal, onProgress: progress }),
    'runs.incidents': () => incidents.list(),
    'runs.dismiss': ({ incident }) => {
      incidents.dismiss(incident);
      return {};
    },
  };
}
