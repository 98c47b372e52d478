import type { Initialiser, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import {
  biasAdd,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  depthwiseConv2d,
  gather,
  matMul,
  reshape,
} from '../tensorflow/ops';
import { gptInit, sonnetDefault, truncatedNormal, zerosInit } from './initialisers';

/** A part with variables of its own, made for one program; call it inside the program's functions. */
export type Layer = (x: Tensor) => Tensor;

/** A part that does something else in training: given the step (int32 scalar, counted from 1) it trains, without it it evaluates. */
export type TrainedLayer = (x: Tensor, step?: Tensor) => Tensor;

interface LinearOptions {
  /** Adds a bias, at first 0. On by default. */
  bias?: boolean;
  initialiser?: Initialiser;
}

/** A linear map by the variable `name/kernel`, and a bias per output after it, `name/bias`. */
function linearLayer(
  program: Program,
  name: string,
  kernel: { shape: number[]; outputs: number; initialiser: Initialiser; bias: boolean | undefined },
  map: (x: Tensor, kernel: Tensor) => Tensor,
): Layer {
  const { shape, outputs, initialiser, bias = true } = kernel;
  const weights = program.variable(`${name}/kernel`, { shape, initialiser });
  const offset = bias ? program.variable(`${name}/bias`, { shape: [outputs], initialiser: zerosInit() }) : undefined;
  return (x) => {
    const y = map(x, weights.read());
    return offset ? biasAdd(y, offset.read()) : y;
  };
}

export interface DenseLayerOptions extends LinearOptions {
  inputs: number;
  units: number;
}

/** x · W + b: [..., inputs] → [..., units] with variables `name/kernel` and `name/bias`. */
export function denseLayer(program: Program, name: string, options: DenseLayerOptions): Layer {
  const { inputs, units, bias, initialiser = sonnetDefault() } = options;
  const product = linearLayer(program, name, { shape: [inputs, units], outputs: units, initialiser, bias }, matMul);
  return (x) =>
    x.rank === 2 ? product(x) : reshape(product(reshape(x, [-1, inputs])), [...x.shape.slice(0, -1), units]);
}

interface ConvolutionOptions extends LinearOptions {
  kernel: number;
  stride?: number;
  padding?: 'same' | 'valid';
  dilation?: number;
}

export interface Conv1dLayerOptions extends Omit<ConvolutionOptions, 'padding'> {
  inChannels: number;
  filters: number;
  /** `causal` pads before the beginning only, so that no output sees what comes after it (WaveNet, van den Oord et al. 2016). */
  padding?: 'same' | 'valid' | 'causal';
}

/** Convolution of sequences [N, L, inChannels] → [N, L', filters] with variables `name/kernel` [k, inChannels, filters] and `name/bias`. */
export function conv1dLayer(program: Program, name: string, options: Conv1dLayerOptions): Layer {
  const { inChannels, filters, kernel, stride = 1, padding = 'same', dilation = 1, bias } = options;
  const { initialiser = sonnetDefault() } = options;
  const weights = { shape: [kernel, inChannels, filters], outputs: filters, initialiser, bias };
  return linearLayer(program, name, weights, (x, read) => conv1d(x, read, { stride, padding, dilation }));
}

/** Axes that a convolution runs over: 1 of sequences, 2 of pictures, 3 of clips. */
export type Rank = 1 | 2 | 3;

export interface ConvLayerOptions extends ConvolutionOptions {
  inChannels: number;
  filters: number;
}
export type Conv2dLayerOptions = ConvLayerOptions;

const kernelSides = (rank: Rank, kernel: number): number[] => Array<number>(rank).fill(kernel);

/**
 * Convolution over `rank` axes, [N, ...sides, inChannels] → [N, ...sides', filters], with variables `name/kernel`
 * [k, …, inChannels, filters] and `name/bias`. Clips have no dilation.
 */
export function convLayer(
  program: Program,
  name: string,
  { rank, ...options }: ConvLayerOptions & { rank: Rank },
): Layer {
  const { inChannels, filters, kernel, stride = 1, padding = 'same', dilation = 1, bias } = options;
  const { initialiser = sonnetDefault() } = options;
  const shape = [...kernelSides(rank, kernel), inChannels, filters];
  const convolve = { 1: conv1d, 2: conv2d, 3: conv3d }[rank];
  return linearLayer(program, name, { shape, outputs: filters, initialiser, bias }, (x, read) =>
    convolve(x, read, { stride, padding, dilation }),
  );
}

/** Convolution of pictures: `convLayer` of rank 2. */
export const conv2dLayer = (program: Program, name: string, options: Conv2dLayerOptions): Layer =>
  convLayer(program, name, { ...options, rank: 2 });

/**
 * Transposed convolution over `rank` axes, [N, ...sides, inChannels] → [N, ...sides · stride, filters], with variables
 * `name/kernel` [k, …, filters, inChannels] and `name/bias`. Drawn as Sonnet draws it: standard deviation
 * 1 / sqrt(k^rank · inChannels).
 */
export function convTransposeLayer(
  program: Program,
  name: string,
  { rank, ...options }: ConvLayerOptions & { rank: Rank },
): Layer {
  const { inChannels, filters, kernel, stride = 1, padding = 'same', dilation = 1, bias } = options;
  const { initialiser = truncatedNormal(1 / Math.sqrt(kernel ** rank * inChannels)) } = options;
  const shape = [...kernelSides(rank, kernel), filters, inChannels];
  const convolve = { 1: conv1dTranspose, 2: conv2dTranspose, 3: conv3dTranspose }[rank];
  return linearLayer(program, name, { shape, outputs: filters, initialiser, bias }, (x, read) =>
    convolve(x, read, { stride, padding, dilation }),
  );
}

export interface DepthwiseConv2dLayerOptions extends ConvolutionOptions {
  channels: number;
  /** Filters per channel, 1 if left out. */
  multiplier?: number;
}

/**
 * Convolution of each channel by itself, [N, H, W, channels] → [N, H', W', channels · multiplier], with variables `name/kernel`
 * [k, k, channels, multiplier] and `name/bias`. A unit sees k² values, by which its initial weights are scaled.
 */
export function depthwiseConv2dLayer(program: Program, name: string, options: DepthwiseConv2dLayerOptions): Layer {
  const { channels, multiplier = 1, kernel, stride = 1, padding = 'same', dilation = 1, bias } = options;
  const { initialiser = truncatedNormal(1 / kernel) } = options;
  const weights = { shape: [kernel, kernel, channels, multiplier], outputs: channels * multiplier, initialiser, bias };
  return linearLayer(program, name, weights, (x, read) => depthwiseConv2d(x, read, { stride, padding, dilation }));
}

export interface EmbeddingLayerOptions {
  /** Number of indices. */
  entries: number;
  dimension: number;
  /** N(0, 0.02²) if left out. */
  initialiser?: Initialiser;
}

/** A vector for each index: int32 [...] in [0, entries) → [..., dimension], with the variable `name/table`. */
export function embeddingLayer(program: Program, name: string, options: EmbeddingLayerOptions): Layer {
  const { entries, dimension, initialiser = gptInit() } = options;
  const table = program.variable(`${name}/table`, { shape: [entries, dimension], initialiser });
  return (indices) => gather(table.read(), indices);
}
