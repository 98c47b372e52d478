import { Command } from 'commander';
import { table, wholeNumber } from '../format';
import { withSession } from '../session';
import { scoreText } from '../rows';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const runsCommand: CommandFile = (begin) =>
  new Command('runs').description('list the runs of the workspace').action((flags: CommonFlags) =>
    begin(flags, ({ outside, output, workspace }) =>
      withSession(outside, workspace, async ({ peer }) => {
        const all = await peer.request('runs.list', {});
        const runs = all.map(({ id, name, spec, status, step, evaluation }) => ({
          run: id,
          name,
          model: spec.model.kind,
          dataset: spec.dataset,
          status,
          step,
          steps: spec.training.steps,
          nmse: evaluation?.nmse ?? null,
          nats: evaluation?.measures.nats ?? null,
        }));
        const rows = all.map((run) => [
          run.id,
          run.name,
          run.spec.model.kind,
          run.datasetName,
          run.status,
          `${wholeNumber(run.step)}/${wholeNumber(run.spec.training.steps)}`,
          run.evaluation ? scoreText(run.evaluation) : '–',
        ]);
        const headings = ['RUN', 'NAME', 'MODEL', 'DATASET', 'STATUS', 'STEP', 'HELD OUT'];
        output.result(
          { runs },
          rows.length > 0
            ? table(headings, rows)
            : 'There are no runs yet. Start one with: tessera train --dataset NAME',
        );
        return exitCodes.done;
      }),
    ),
  );
