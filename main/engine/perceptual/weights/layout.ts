/** One of the network's inverted bottlenecks: expand, depthwise convolution, project. */
export interface Bottleneck {
  inChannels: number;
  /** Channels after the 1×1 expanding convolution; the block has none where this equals `inChannels`. */
  expanded: number;
  outChannels: number;
  kernel: 3 | 5;
  stride: 1 | 2;
}

export const STEM_CHANNELS = 32;

const stages = [
  // repeats, kernel, stride, expansion, channels
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
] as const;

/**
 * EfficientNet-Lite0 without its head (Tan and Le 2019, table 1; “Lite”: ReLU6, no squeeze-and-excitation; depth 1.0,
 * width 1.0): a 3×3 convolution of stride 2, then these. Only the first block of a stage has a stride and changes the
 * channels.
 */
export const bottlenecks: readonly Bottleneck[] = stages.flatMap(
  ([repeats, kernel, stride, expansion, outChannels], stage) =>
    Array.from({ length: repeats }, (_, repeat): Bottleneck => {
      const inChannels = repeat > 0 ? outChannels : (stages[stage - 1]?.[4] ?? STEM_CHANNELS);
      return {
        inChannels,
        expanded: inChannels * expansion,
        outChannels,
        kernel,
        stride: repeat === 0 ? stride : 1,
      };
    }),
);

/** A convolution with its batch normalisation, by its name here and in the original's state dictionary. */
export interface TrunkConvolution {
  /** `<name>/kernel` [kernel, kernel, in, out] (depthwise [kernel, kernel, channels, 1]) and `<name>/bias` [out]. */
  name: string;
  original: { convolution: string; normalisation: string };
  inChannels: number;
  outChannels: number;
  kernel: number;
  depthwise: boolean;
}

/** All convolutions of the trunk, from the picture on. */
export const trunkConvolutions: readonly TrunkConvolution[] = [
  {
    name: 'stem',
    original: { convolution: '_conv_stem', normalisation: '_bn0' },
    inChannels: 3,
    outChannels: STEM_CHANNELS,
    kernel: 3,
    depthwise: false,
  },
  ...bottlenecks.flatMap(({ inChannels, expanded, outChannels, kernel }, block) => {
    const part = (name: string, convolution: string, normalisation: string) => ({
      name: `blocks/${block}/${name}`,
      original: { convolution: `_blocks.${block}.${convolution}`, normalisation: `_blocks.${block}.${normalisation}` },
    });
    return [
      ...(expanded === inChannels
        ? []
        : [
            {
              ...part('expand', '_expand_conv', '_bn0'),
              inChannels,
              outChannels: expanded,
              kernel: 1,
              depthwise: false,
            },
          ]),
      {
        ...part('depthwise', '_depthwise_conv', '_bn1'),
        inChannels: expanded,
        outChannels: expanded,
        kernel,
        depthwise: true,
      },
      { ...part('project', '_project_conv', '_bn2'), inChannels: expanded, outChannels, kernel: 1, depthwise: false },
    ];
  }),
];
