import path from 'node:path';
import type { runsRequests } from '@shared/contract';
import { runFolder } from '@shared/specs';
import type { HandlersOf } from '../handlers';
import type { Compare } from '../compare';
import type { Studio } from '../studio';
import type { Incidents } from './incidents';
import { readLogEnd } from './log-file';
import { readPreview, readPreviews, readUsage } from './pictures';
import type { ProvenanceReader } from './provenance';
import type { RunTimes } from './run-times';
import type { Runs } from './runs';

export interface RunHandlersOptions {
  runs: Runs;
  studio: Studio;
  times: RunTimes;
  incidents: Incidents;
  provenance: ProvenanceReader;
  compare: Compare;
  /** Shows a folder in the file manager; answers whether the host can. */
  reveal(folder: string): boolean;
}

export function runHandlers({
  runs,
  studio,
  times,
  incidents,
  provenance,
  compare,
  reveal,
}: RunHandlersOptions): HandlersOf<typeof runsRequests> {
  return {
    'runs.list': () => runs.listed(),
    'runs.get': ({ run }) => runs.get(run),
    'runs.plan': async ({ spec, time }, { signal }) => {
      const plan = await studio.plan(spec);
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
      const folder = runs.folder(run);
      return { path: folder, opened: reveal(folder) };
    },
    'runs.metrics': ({ run, after = -1 }) => runs.metrics(run, after),
    'runs.previews': ({ run }) => readPreviews(runs.folder(run)),
    'runs.preview': ({ run, step }) => readPreview(runs.folder(run), step),
    'runs.usage': ({ run }) => readUsage(runs.folder(run)),
    'runs.provenance': ({ run }) => provenance.read(runs.get(run).id),
    'runs.log': async ({ run }) => ({ text: await readLogEnd(path.join(runs.folder(run), runFolder.log)) }),
    'runs.evaluate': ({ run, checkpoint, ...what }, { signal, progress }) =>
      studio.evaluate({ run, checkpoint }, what, { signal, onProgress: progress }),
    'runs.compare': (request, { signal, progress }) => compare(request, { signal, onProgress: progress }),
    'runs.incidents': () => incidents.list(),
    'runs.dismiss': ({ incident }) => {
      incidents.dismiss(incident);
      return {};
    },
  };
}
