import { type Signal, type NetworkSpec, channelsOf, shapeOf, valuesOf } from '@shared/specs';
import { type Layer, denseLayer, glorotUniform } from '../nn';
import type { Program, Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { convolutionalDecoder, convolutionalEncoder, rankOf, wholeCells } from './convolutional';

/** Items [N, ...sides, C] → features [N, size]. */
export interface VectorEncoder {
  size: number;
  apply: Layer;
}

export interface VectorDecoder {
  /** Vectors [N, length] → [N, ...sides, C]; nothing limits the output. */
  apply: Layer;
  /** What is added last: as many as an item has values, or [C] of a convolutional network. */
  bias: Variable;
}

/** Convolutions whose grid is laid out as one vector, or hidden layers over all values. */
export function vectorEncoder(program: Program, spec: NetworkSpec, signal: Signal): VectorEncoder {
  const values = valuesOf(signal);
  if (spec.kind === 'dense') {
    const hidden = hiddenLayers(program, 'encoder', spec, values);
    return { size: spec.width, apply: (items) => hidden(ops.reshape(items, [-1, values])) };
  }
  const { grid, whole } = wholeCells(signal, spec.downsamplings);
  const encoder = convolutionalEncoder(program, spec, channelsOf(signal), { rank: rankOf(signal) });
  const size = grid.reduce((places, side) => places * side, spec.hidden);
  return { size, apply: (items) => ops.reshape(encoder(whole(items)), [-1, size]) };
}

/** The encoder mirrored. */
export function vectorDecoder(program: Program, spec: NetworkSpec, signal: Signal, length: number): VectorDecoder {
  if (spec.kind === 'dense') {
    const hidden = hiddenLayers(program, 'decoder', spec, length);
    const units = valuesOf(signal);
    const toValues = denseLayer(program, 'decoder/pixels', { inputs: spec.width, units, initialiser: glorotUniform() });
    return {
      apply: (vectors) => ops.reshape(toValues(hidden(vectors)), [-1, ...shapeOf(signal)]),
      bias: named(program, 'decoder/pixels/bias'),
    };
  }
  const { grid, cut } = wholeCells(signal, spec.downsamplings);
  const units = grid.reduce((places, side) => places * side, spec.hidden);
  const toGrid = denseLayer(program, 'decoder/grid', { inputs: length, units });
  const decoder = convolutionalDecoder(program, spec, spec.hidden, channelsOf(signal), { rank: rankOf(signal) });
  return {
    apply: (vectors) => cut(decoder(ops.reshape(toGrid(vectors), [-1, ...grid, spec.hidden]))),
    bias: named(program, `decoder/up${spec.downsamplings}/bias`),
  };
}

/** `layers` times dense and activation: [N, inputs] → [N, width]. Weights by Glorot and Bengio (2010), as in yburda/iwae. */
function hiddenLayers(
  program: Program,
  name: string,
  { layers, width, activation }: Extract<NetworkSpec, { kind: 'dense' }>,
  inputs: number,
): Layer {
  const dense = Array.from({ length: layers }, (_, at) =>
    denseLayer(program, `${name}/dense${at + 1}`, {
      inputs: at === 0 ? inputs : width,
      units: width,
      initialiser: glorotUniform(),
    }),
  );
  const activate = { tanh: ops.tanh, relu: ops.relu }[activation];
  return (x: Tensor) => dense.reduce((h, layer) => activate(layer(h)), x);
}

function named({ trainable }: Program, name: string): Variable {
  return trainable.find((variable) => variable.name === name)!;
}
