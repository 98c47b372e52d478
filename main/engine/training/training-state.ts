import { AppError } from '@shared/errors';
import type { TensorFile } from '../formats/safetensors';
import type { HostTensor, Program, Variable } from '../tensorflow/graph';
import { loadWeights } from './load-run';
import type { defineTrainStep } from './train-step';

/** A checkpoint's two files of tensors: what encoding and decoding read, and what else training needs to go on. */
export interface TrainingSnapshot {
  weights: Record<string, HostTensor>;
  optimizer: Record<string, HostTensor>;
}

/** Where weights that are trained lie in a snapshot whose `weights` are their averages. */
const TRAINED = 'trained/';

/** All lasting variables of a program in training, as checkpoints hold them. */
export function trainingState(
  program: Program,
  model: { readonly weights: readonly Variable[] },
  { averages, isLasting }: Pick<ReturnType<typeof defineTrainStep>, 'averages' | 'isLasting'>,
) {
  const weights = model.weights.map(({ name }) => name);
  // What is trained but is no weight of the model (a discriminator) is saved as it is, and its average too.
  const averaged = averages?.names.filter(({ weight }) => weights.includes(weight));
  const averageOf = new Map(averaged?.map(({ weight, average }) => [weight, average]));
  const inOther = new Set([...weights, ...averageOf.values()]);
  const others = program.variables.map(({ name }) => name).filter((name) => isLasting(name) && !inOther.has(name));

  return {
    read(): TrainingSnapshot {
      const values = program.read([...weights, ...averageOf.values(), ...others]);
      const value = (name: string): HostTensor => {
        const found = values[name];
        if (!found) throw new AppError('INTERNAL', `"${name}" could not be read.`);
        return found;
      };
      return {
        weights: Object.fromEntries(weights.map((name) => [name, value(averageOf.get(name) ?? name)])),
        optimizer: Object.fromEntries([
          ...others.map((name) => [name, value(name)] as const),
          ...[...averageOf.keys()].map((name) => [`${TRAINED}${name}`, value(name)] as const),
        ]),
      };
    },
    /** @throws BAD_FILE naming what is missing or belongs to another model */
    load(weightsFile: TensorFile, { tensors }: TensorFile, step: number): void {
      const stored = [...others, ...[...averageOf.keys()].map((name) => `${TRAINED}${name}`)];
      const missing = stored.find((name) => !tensors[name]);
      if (missing) throw new AppError('BAD_FILE', `The checkpoint at step ${step} lacks "${missing}".`);
      loadWeights(program, model, weightsFile);
      const entries = [...averageOf].flatMap(([weight, average]) => [
        [average, weightsFile.tensors[weight]] as const,
        [weight, tensors[`${TRAINED}${weight}`]] as const,
      ]);
      const rest = others.map((name) => [name, tensors[name]] as const);
      program.load(
        Object.fromEntries([...entries, ...rest].flatMap(([name, value]) => (value ? [[name, value]] : []))),
      );
    },
  };
}
