import { Command } from 'commander';
import { isReadable, type ListedRun } from '@shared/contract';
import { table, wholeNumber } from '../format';
import { withSession } from '../session';
import { scoreText } from '../rows';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const runsCommand: CommandFile = (begin) =>
  new Command('runs').description('list the runs of the workspace').action((flags: CommonFlags) =>
    begin(flags, ({ outside, output, workspace }) =>
      withSession(outside, workspace, async ({ peer }) => {
        const all = await peer.request('runs.list', {});
        output.result(
          { runs: all.map(resultOf) },
          all.length > 0
            ? [...table(headings, all.map(rowOf)), ...all.flatMap(damageLine)]
            : 'There are no runs yet. Start one with: tessera train --dataset NAME',
        );
        return exitCodes.done;
      }),
    ),
  );

const headings = ['RUN', 'NAME', 'MODEL', 'DATASET', 'STATUS', 'STEP', 'HELD OUT'];

/** The fields of a run whose run.json can't be read: all null but its id, and the status is `damaged`. */
function resultOf(run: ListedRun): object {
  const { id, damage } = run;
  if (!isReadable(run)) {
    const unknown = { name: null, model: null, dataset: null, step: null, steps: null, nmse: null, nats: null };
    return { run: id, ...unknown, status: 'damaged', damage };
  }
  const { name, spec, status, step, evaluation } = run;
  return {
    run: id,
    name,
    model: spec.model.kind,
    dataset: spec.dataset,
    status,
    step,
    steps: spec.training.steps,
    nmse: evaluation?.measures.nmse ?? null,
    nats: evaluation?.measures.nats ?? null,
    ...(damage && { damage }),
  };
}

function rowOf(run: ListedRun): string[] {
  if (!isReadable(run)) return [run.id, '–', '–', '–', 'damaged', '–', '–'];
  const { id, name, spec, datasetName, status, step, evaluation } = run;
  return [
    id,
    name,
    spec.model.kind,
    datasetName,
    status,
    `${wholeNumber(step)}/${wholeNumber(spec.training.steps)}`,
    evaluation ? scoreText(evaluation) : '–',
  ];
}

const damageLine = ({ id, damage }: ListedRun): string[] =>
  damage ? [`${id}: ${damage.file} is damaged. ${damage.message}`] : [];
