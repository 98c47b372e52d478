import { type Program, assign } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { givenOfLabels, guided } from './condition';
import { narrow } from './narrow';
import type { NextLogits, SequenceNetwork } from './network';
import { toTheEnd } from './to-the-end';

export interface SampleOptions {
  /** The same seed draws the same sequences. */
  seed: number;
  /** Above 0; 1 draws from the model's distribution, less from a sharper one. */
  temperature?: number;
  /** Only the k likeliest tokens can be drawn; 0: all. */
  topK?: number;
  /** Only the fewest likeliest tokens that together have this probability, in (0, 1]. */
  topP?: number;
  /** Class of each sequence, −1 for none; none if left out. [N] */
  labels?: ArrayLike<number>;
  /**
   * w of classifier-free guidance: logits are u + w · (c − u), with c those given the class and u those without (Ho and Salimans 2022;
   * their w is one less). 1 draws from the class as it is.
   */
  guidance?: number;
  /** Tokens that are settled: int32 [N, L], −1 where one is to be drawn. All are drawn if left out. */
  given?: Int32Array;
  /** Rounds of a prior that draws many tokens at a time; 8 if left out. */
  rounds?: number;
  /** Which of a round's tokens are settled: the ones it is surest of, or the next ones in Halton's order. */
  choice?: 'confidence' | 'halton';
  /** How much chance has a say in what it is surest of: the scale of Gumbel noise in the first round, which falls to 0; 4.5 if left out. */
  choiceTemperature?: number;
}

/** Draws sequences from a network that goes token by token. */
export interface Sampler {
  /** @returns tokens [N, L] int32 in [0, V) */
  sample(options: SampleOptions): Int32Array;
  /** The same, telling after each graph call how many positions are drawn, −1 being at the others, so that others get a turn in between. */
  draw(options: SampleOptions): Generator<{ drawn: number; tokens: Int32Array }, Int32Array>;
  /** The tokens of one position [N]; positions come in order, from 0. */
  step(position: number, options: SampleOptions): Int32Array;
}

/**
 * Positions that one graph call draws. What a call costs whatever it does, and reading every weight's variable, is then paid once
 * for all of them.
 */
const STRETCH = 8;

type Advance = (position: number, options: SampleOptions) => Int32Array;
type Restrict = (logits: Tensor, position: Tensor) => Tensor;

/**
 * A graph call a position, or for whole sequences one for `STRETCH` positions: the network goes a step, a token is drawn for each
 * sequence and goes into the next step; the last one waits in the variable `name/last` for the next call. A draw is a function of
 * seed and position alone, however many a call draws. Guidance doubles the batch: in the second half the condition is dropped.
 */
export function createSampler(
  program: Program,
  name: string,
  network: SequenceNetwork,
  { batch, restrict = (logits) => logits }: { batch: number; restrict?: Restrict },
): Sampler {
  const { length, vocabulary } = network;
  const last = program.variable(`${name}/last`, { shape: [batch], dtype: 'int32' }, { trainable: false });
  const free = new Int32Array(batch * length).fill(-1);
  const nothing = new Int32Array(batch);
  const parts = partsOf(network);
  const steppers = new Map<string, NextLogits>();
  const stepper = (rows: number, part: number): NextLogits => {
    const key = `${rows} ${part}`;
    const known = steppers.get(key) ?? network.stepper({ batch: rows, part });
    steppers.set(key, known);
    return known;
  };

  /** Logits that are drawn from: at temperature 1, guided if asked for. */
  const guidedLogits = (part: number, isDoubled: boolean) => {
    const next = stepper(isDoubled ? 2 * batch : batch, part);
    return (before: Tensor, place: Tensor, labels: Tensor, guidance: Tensor): Tensor =>
      restrict(
        guided(before, labels, isDoubled ? guidance : null, (inputs, given) => next(inputs, place, given)),
        place,
      );
  };

  /** Draws `count` positions from one on: tokens [count · N], position by position. */
  const define = (part: number, count: number, isDoubled: boolean, isNarrowed: boolean): Advance => {
    const feeds = {
      position: { shape: [1], dtype: 'int32' },
      seed: { shape: [1], dtype: 'int32' },
      temperature: { shape: [], dtype: 'float32' },
      settled: { shape: [count * batch], dtype: 'int32' },
      labels: { shape: [batch], dtype: 'int32' },
      guidance: { shape: [], dtype: 'float32' },
      topK: { shape: [1], dtype: 'int32' },
      topP: { shape: [], dtype: 'float32' },
    } as const;
    const logitsOf = guidedLogits(part, isDoubled);
    const label = `${part}-${count}${isDoubled ? '-guided' : ''}${isNarrowed ? '-narrowed' : ''}`;
    const call = program.define(`${name}/${label}`, { feeds }, (fed) => {
      const drawn = ops.split(fed.settled, count).reduce<Tensor[]>((before, settled, index) => {
        const place = index === 0 ? fed.position : ops.add(fed.position, ops.scalar(index, 'int32'));
        const plain = logitsOf(before.at(-1) ?? last.read(), place, fed.labels, fed.guidance);
        const heated = ops.div(plain, fed.temperature);
        const logits = isNarrowed ? narrow(heated, fed.topK, fed.topP) : heated;
        const free = ops.random.categorical(logits, ops.concat([fed.seed, place], 0));
        return [...before, ops.where(ops.less(settled, 0), free, settled)];
      }, []);
      assign(last, drawn.at(-1) as Tensor);
      return { tokens: ops.concat(drawn, 0) };
    });
    return (position, { seed, temperature = 1, topK = 0, topP = 1, labels, guidance = 1, given }) => {
      const unsettled = free.subarray(0, count * batch);
      const settled = given
        ? unsettled.map((_, at) => given[(at % batch) * length + position + Math.floor(at / batch)] ?? -1)
        : unsettled;
      const { tokens } = call.run({
        position,
        seed,
        temperature,
        settled,
        labels: labels ? givenOfLabels(labels, batch) : nothing,
        guidance,
        topK: topK === 0 ? vocabulary : topK,
        topP,
      });
      return tokens.data as Int32Array;
    };
  };

  const defined = new Map<string, Advance>();
  const advance = (part: number, count: number, options: SampleOptions): Advance => {
    const { topK = 0, topP = 1 } = options;
    const isNarrowed = topK > 0 || topP < 1;
    const key = `${part} ${count} ${isGuided(options)} ${isNarrowed}`;
    const known = defined.get(key) ?? define(part, count, isGuided(options), isNarrowed);
    defined.set(key, known);
    return known;
  };

  const begins = new Map<string, () => void>();
  /** What a part does before its first position, if anything. */
  const beginning = (part: number, options: SampleOptions): (() => void) | undefined => {
    const copies = isGuided(options) ? 2 : 1;
    const { begin } = stepper(copies * batch, part);
    if (!begin) return undefined;
    const key = `${part}-${copies}`;
    const known = begins.get(key) ?? defineBegin(key, begin, copies);
    begins.set(key, known);
    return known;
  };
  const defineBegin = (key: string, begin: (before: Tensor) => void, copies: number): (() => void) => {
    const call = program.define(`${name}/begin-${key}`, { feeds: {} }, () => {
      const before = last.read();
      begin(ops.tile(before, [copies]));
      return { before };
    });
    return () => void call.run({});
  };

  /** Adds what a whole sequence needs before any of it runs: a program that grows loads all its graphs anew. */
  const prepare = (options: SampleOptions): void => {
    for (const { part, start, end } of parts) {
      beginning(part, options);
      if (end - start >= STRETCH) advance(part, STRETCH, options);
      if ((end - start) % STRETCH > 0) advance(part, 1, options);
    }
  };

  /** Draws `count` positions from one on, or a single one where the part has fewer left. */
  const go = (position: number, count: number, options: SampleOptions): Int32Array => {
    const { part, start, end } = parts.find((one) => position < one.end)!;
    if (position === start) beginning(part, options)?.();
    return advance(part, position + count <= end ? count : 1, options)(position, options);
  };

  function* draw(options: SampleOptions): Generator<{ drawn: number; tokens: Int32Array }, Int32Array> {
    const tokens = new Int32Array(batch * length).fill(-1);
    prepare(options);
    for (let position = 0; position < length;) {
      const drawn = go(position, STRETCH, options);
      drawn.forEach((token, at) => (tokens[(at % batch) * length + position + Math.floor(at / batch)] = token));
      position += drawn.length / batch;
      yield { drawn: position, tokens };
    }
    return tokens;
  }

  return {
    draw,
    step: (position, options) => go(position, 1, options),
    sample: (options) => toTheEnd(draw(options)),
  };
}

const isGuided = ({ labels, guidance = 1 }: SampleOptions): boolean => labels !== undefined && guidance !== 1;

/** The parts of a network's sequence: positions start … end − 1. */
function partsOf({ length, parts = [length] }: SequenceNetwork): { part: number; start: number; end: number }[] {
  let end = 0;
  return parts.map((positions, part) => ({ part, start: end, end: (end += positions) }));
}
