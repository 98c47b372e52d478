import { type Canvas, type CodeLevel, type CodesLatent, gridOf } from '@shared/specs';
import { type Layer, NEVER, conv2dLayer, residualStack } from '../nn';
import { type Program, assign, writeRows } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { codeVectors } from './code-vectors';
import type { GridNetwork, GridOptions } from './grid';
import type { NextLogits, SequenceNetwork } from './network';

export interface LevelsOptions {
  latent: CodesLatent;
  /** Classes that an item can be conditioned on: 0. */
  classes?: number;
  /** A, channels of the features that tell a level of those above: 64. */
  above?: number;
  /** Residual blocks that they go through: 3. */
  aboveBlocks?: number;
  seed?: number;
}

/** A level's place in the sequence and in the vocabulary of all levels. */
interface Level extends Canvas, Pick<CodeLevel, 'depth'> {
  /** Position of its first token. */
  from: number;
  /** Tokens of it. */
  length: number;
  /** Its tokens are firstToken … firstToken + vocabulary − 1. */
  firstToken: number;
  vocabulary: number;
}

/**
 * A network of its own for each level of a hierarchy of codes, as in VQ-VAE-2 (Razavi et al. 2019, section 3.2):
 *
 *   p(x | class) = Πₗ p(xₗ | x₀ … xₗ₋₁, class)     the coarsest level first
 *
 * A level is a grid in raster order, whose cells' stages stand side by side as columns: [height, width · depth]. The codes above
 * become features by an embedding, a 3 × 3 convolution and residual blocks (the condition stack of rosinality's code), resized by
 * nearest neighbour to the level's grid; features of several levels are added.
 */
export function levels(
  program: Program,
  name: string,
  { latent, classes = 0, above: channels = 64, aboveBlocks = 3, seed = 0 }: LevelsOptions,
  create: (name: string, options: GridOptions) => GridNetwork,
): SequenceNetwork {
  const places = placesOf(latent);
  const { from, length, firstToken, vocabulary } = places.at(-1)!;
  const [total, all] = [from + length, firstToken + vocabulary];
  const parts = places.map((level, index) => {
    const own = `${name}/level${index}`;
    const uppers = places.slice(0, index);
    return {
      level,
      own,
      toFeatures: uppers.map((upper, at) =>
        featuresOf(program, `${own}/above${at}`, upper, level, { channels, blocks: aboveBlocks }),
      ),
      network: create(own, {
        height: level.height,
        width: level.width * level.depth,
        vocabulary: level.vocabulary,
        classes,
        above: index > 0 ? channels : 0,
        seed,
      }),
    };
  });

  /** The tokens of a level out of those of a sequence [N, ≥ its end] → [N, H, W · depth], from 0 on. */
  const tokensOf = (tokens: Tensor, { from, length, height, width, depth, firstToken }: Level): Tensor => {
    const own = ops.slice(tokens, [0, from], [-1, length]);
    return ops.reshape(ops.sub(own, ops.scalar(firstToken, 'int32')), [-1, height, width * depth]);
  };
  /** Features of the levels above, whose tokens come first in [N, …]: [N, H, W · depth, A]. */
  const aboveOf = (tokens: Tensor, { toFeatures }: (typeof parts)[number]): Tensor | undefined =>
    toFeatures
      .map((features, upper) => features(tokensOf(tokens, places[upper]!)))
      .reduce<Tensor | undefined>((sum, features) => (sum ? ops.add(sum, features) : features), undefined);
  /** Logits of a level's tokens [..., vocabulary] → of all tokens [..., V]. */
  const amongAll = (logits: Tensor, { firstToken, vocabulary }: Level): Tensor => {
    const beside = (count: number) => (count > 0 ? [ops.fill([...logits.shape.slice(0, -1), count], NEVER)] : []);
    const after = all - firstToken - vocabulary;
    return vocabulary === all ? logits : ops.concat([...beside(firstToken), logits, ...beside(after)], logits.rank - 1);
  };

  /** The tokens drawn so far, a row a position, after a row for what comes before the first: [1 + L, N]. */
  const drawn = new Map<number, ReturnType<Program['variable']>>();
  const drawnIn = (batch: number) => {
    const known =
      drawn.get(batch) ??
      program.variable(`${name}/drawn-${batch}`, { shape: [1 + total, batch], dtype: 'int32' }, { trainable: false });
    drawn.set(batch, known);
    return known;
  };

  return {
    length: total,
    vocabulary: all,
    parts: places.map((level) => level.length),
    logits(tokens, given, step) {
      const [batch = 0] = tokens.shape;
      const each = parts.map((part) => {
        const above = aboveOf(tokens, part);
        const logits = part.network.logits(tokensOf(tokens, part.level), { given, above }, step);
        return amongAll(ops.reshape(logits, [batch, part.level.length, part.level.vocabulary]), part.level);
      });
      return each.length === 1 ? each[0]! : ops.concat(each, 1);
    },
    stepper({ batch, part: index = 0 }) {
      const part = parts[index]!;
      const { level, own } = part;
      const step = part.network.stepper({ batch });
      /** The last token as one of this level; at the level's first cell, where it is of another one, any. */
      const local = (token: Tensor, cell: Tensor) =>
        ops.where(ops.equal(cell, 0), 0, ops.sub(token, ops.scalar(level.firstToken, 'int32')));
      const remembered = places.length > 1 ? drawnIn(batch) : undefined;
      const features =
        index > 0
          ? program.variable(`${own}/above-${batch}`, { shape: [level.length, batch * channels] }, { trainable: false })
          : undefined;

      const next: NextLogits = (last, position, given) => {
        // read back, so that the call writes it although nothing else here asks for it
        const token = remembered
          ? ops.reshape(ops.gather(writeRows(remembered, position, ops.expandDims(last, 0)), position), [batch])
          : last;
        const cell = ops.sub(position, ops.scalar(level.from, 'int32'));
        const table = features?.read();
        const above =
          table && ((cells: Tensor) => ops.reshape(ops.gather(table, cells), [cells.shape[0] ?? 0, batch, channels]));
        return amongAll(step(local(token, cell), cell, { given, above }), level);
      };
      if (!remembered || !features) return next;
      return Object.assign(next, {
        begin(last: Tensor) {
          const rows = writeRows(remembered, ops.range(level.from, level.from + 1), ops.expandDims(last, 0));
          const tokens = ops.transpose(ops.slice(rows, [1, 0], [level.from, -1]), [1, 0]);
          const above = ops.reshape(aboveOf(tokens, part)!, [batch, level.length, channels]);
          assign(features, ops.reshape(ops.transpose(above, [1, 0, 2]), [level.length, batch * channels]));
        },
      });
    },
  };
}

function placesOf({ levels: all }: CodesLatent): Level[] {
  let [from, firstToken] = [0, 0];
  return all.map(({ axes, depth, codes }) => {
    const { height, width } = gridOf({ axes });
    const level = { height, width, depth, from, length: height * width * depth, firstToken, vocabulary: depth * codes };
    from += level.length;
    firstToken += level.vocabulary;
    return level;
  });
}

/** Tokens of a level [N, h, w · d] → features of it for a finer one: [N, H, W · D, A]. */
function featuresOf(
  program: Program,
  name: string,
  upper: Level,
  level: Level,
  { channels, blocks }: { channels: number; blocks: number },
): Layer {
  const embed = codeVectors(program, name, { vocabulary: upper.vocabulary, channels });
  const conv = conv2dLayer(program, `${name}/conv`, { inChannels: channels, filters: channels, kernel: 3 });
  const stack = residualStack(program, `${name}/blocks`, { channels, hidden: channels, blocks });
  const perStage = [-1, upper.height, upper.width, upper.depth, channels];
  return (tokens) => {
    const vectors = ops.sum(ops.reshape(embed(tokens), perStage), 3);
    return ops.resizeNearest(stack(conv(vectors)), [level.height, level.width * level.depth]);
  };
}
