import type { Program } from '../tensorflow/graph';
import { add, biasAdd, relu } from '../tensorflow/ops';
import { type Layer, type Rank, convLayer } from './layers';

export interface ResidualStackOptions {
  /** Axes that the convolutions run over; 2 if left out. */
  rank?: Rank;
  channels: number;
  /** Channels inside a block. */
  hidden: number;
  blocks: number;
}

/**
 * The residual stack of VQ-VAE (van den Oord et al. 2017, as in Sonnet): each block adds relu → convolution of kernel 3 to
 * `hidden` channels → relu → convolution of kernel 1 back to its input; a relu ends the stack. [N, ...sides, channels] throughout.
 */
export function residualStack(
  program: Program,
  name: string,
  { rank = 2, channels, hidden, blocks }: ResidualStackOptions,
): Layer {
  const parts = Array.from({ length: blocks }, (_, index) => {
    const block = `${name}/block${index}`;
    const wide = convLayer(program, `${block}/conv3`, { rank, inChannels: channels, filters: hidden, kernel: 3 });
    const back = convLayer(program, `${block}/conv1`, {
      rank,
      inChannels: hidden,
      filters: channels,
      kernel: 1,
      bias: false,
    });
    const bias = program.variable(`${block}/conv1/bias`, { shape: [channels] });
    // The bias comes after the sum: TensorFlow 2.21's graph optimiser fails on convolution + bias + sum + relu where the
    // sum goes on to the next block too, and then fuses nothing in the whole graph.
    return (h: Parameters<Layer>[0]) => biasAdd(add(h, back(relu(wide(relu(h))))), bias.read());
  });
  return (x) => relu(parts.reduce((h, block) => block(h), x));
}
