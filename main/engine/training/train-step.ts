import type { RunSpec } from '@shared/specs';
import { AppError } from '@shared/errors';
import { type AutoencoderLoss, type GridAutoencoder, fromPixels } from '../autoencoders';
import { type Program, type Variable, assign, gradients, item } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { learningRateAt } from './schedule';
import { type RowReplacement, adamFeeds, adamFeedsAt, createAdam } from './adam';

/** What a step tells: the loss, its terms, NMSE and perplexity, of the batch and with the weights from before the update. */
export interface StepResult {
  loss: number;
  terms: Record<string, number>;
  nmse: number;
  perplexity: number;
}

/**
 * Adds the training step to the program: one graph call that computes loss and gradients and updates everything.
 * @returns takes pixels [batch, H, W, C] as bytes and the step, counted from 1
 */
export function defineTrainStep(program: Program, model: GridAutoencoder, training: RunSpec['training']) {
  const { height, width, channels } = model.image;
  const adam = createAdam(program, training);
  const pixels = { shape: [training.batch, height, width, channels], dtype: 'uint8' } as const;
  const step = { shape: [], dtype: 'int32' } as const;

  const trainStep = program.define(
    'train-step',
    { feeds: { pixels, step, ...adamFeeds } },
    (feeds): Record<string, Tensor> => {
      const images = fromPixels(feeds.pixels);
      const { loss, grads } = differentiate(() => model.loss(images, feeds.step), adam.variables);
      const replaced = new Map<Variable, RowReplacement>();
      for (const update of loss.updates) {
        if (update.kind === 'assign') assign(update.variable, update.value);
        else replaced.set(update.variable, update);
      }
      adam.apply(grads, feeds, replaced);
      return { loss: loss.total, nmse: loss.nmse, perplexity: loss.perplexity, ...named(TERM, loss.terms) };
    },
  );

  return {
    /** The learning rate of an update. */
    learningRate: (at: number) => learningRateAt(training, at),
    run(batch: Uint8Array, at: number): StepResult {
      const { loss, nmse, perplexity, ...rest } = trainStep.run({
        pixels: batch,
        step: at,
        ...adamFeedsAt(training, at),
      });
      if (!loss || !nmse || !perplexity) throw new AppError('INTERNAL', 'The training step lost an output.');
      const terms = Object.entries(rest).map(([name, value]) => [name.slice(TERM.length), item(value)]);
      return { loss: item(loss), terms: Object.fromEntries(terms), nmse: item(nmse), perplexity: item(perplexity) };
    },
  };
}

const TERM = 'term-';

/** The loss and its gradients; what else the loss holds stays alive as well. */
function differentiate(compute: () => AutoencoderLoss, variables: readonly Variable[]) {
  let loss: AutoencoderLoss | undefined;
  const { grads } = gradients(() => {
    loss = compute();
    const { total, terms, nmse, perplexity, updates } = loss;
    const changes = updates.flatMap((update) =>
      update.kind === 'assign' ? [update.value] : [update.rows, update.values],
    );
    return { loss: total, nmse, perplexity, ...terms, ...named('update-', Object.fromEntries(changes.entries())) };
  }, variables);
  if (!loss) throw new AppError('INTERNAL', 'The loss was not computed.');
  return { loss, grads };
}

function named(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]));
}
