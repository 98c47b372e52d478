import type { Initialiser, Program } from '../tensorflow/graph';
import { biasAdd, matMul, reshape } from '../tensorflow/ops';
import { sonnetDefault, zerosInit } from './initialisers';
import type { Layer } from './layer';

export interface DenseLayerOptions {
  inputs: number;
  units: number;
  bias?: boolean;
  initialiser?: Initialiser;
}

/** x · W + b: [..., inputs] → [..., units] with variables `name/kernel` and `name/bias`. */
export function denseLayer(
  program: Program,
  name: string,
  { inputs, units, bias = true, initialiser }: DenseLayerOptions,
): Layer {
  const weights = program.variable(`${name}/kernel`, {
    shape: [inputs, units],
    initialiser: initialiser ?? sonnetDefault(),
  });
  const offset = bias ? program.variable(`${name}/bias`, { shape: [units], initialiser: zerosInit() }) : undefined;
  return (x) => {
    const rows = x.rank === 2 ? x : reshape(x, [-1, inputs]);
    const product = matMul(rows, weights.read());
    const y = offset ? biasAdd(product, offset.read()) : product;
    return x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), units]);
  };
}
