import { largestOf } from '../maths';
import { type QuantizerSpec, type RunSpec, codesOf, getPath, learnsByGradient } from '../specs';
import type { Finding, FindingKind, Patient } from './finding';
import { type Remedy, remedy } from './remedies';
import { type Point, extreme, pointsOf, smoothed } from './series';

type Rule = (patient: Patient) => Finding | null;

/** Before this share of the steps, and before this many, nothing about codes is judged: they need time. */
const TOO_EARLY = 0.1;
export const TOO_FEW_STEPS = 100;
/** Parts that a noisy training series is looked at in. */
const PARTS = 20;

/** The loss, a term of it or the gradient became NaN or infinite: the trainer says so itself. */
const notFinite: Rule = ({ spec, failure, series }) => {
  if (failure !== 'NOT_FINITE') return null;
  const losses = pointsOf(series, 'loss');
  const [first, last] = [losses.at(0), losses.at(-1)];
  const evidence = first && last ? [{ series: 'loss', from: first, to: last }] : [];
  const { learningRate } = spec.training;
  const from = largestOf(learningRate, spec.training.steps);
  if (!learnsByGradient(spec.model)) return finding('not-finite', 'critical', evidence, []);
  return finding('not-finite', 'critical', evidence, [
    lowerLearningRate(spec, 3),
    remedy('clip-gradients', { 'training.clipNorm': 1 }),
    remedy('warm-up', { 'training.learningRate': { kind: 'constant', from, warmup: warmupOf(spec) } }),
  ]);
};

/** The perplexity below which almost all pictures become the same few of a grid's `codes`: 2 % of them, or 4. */
export const collapseBound = (codes: number): number => Math.max(4, 0.02 * codes);

/** Almost all pictures become the same few codes of a grid. */
const collapsed: Rule = (patient) => {
  const { spec, series } = patient;
  const evidence = gridsOf(spec).flatMap(({ perplexity, codes }) => {
    const last = smoothed(pointsOf(series, perplexity), PARTS).at(-1);
    if (!last || codes <= 4 || !isJudged(patient, last) || last.value >= collapseBound(codes)) return [];
    return [{ series: perplexity, from: null, to: last }];
  });
  if (evidence.length === 0) return null;
  return finding('collapsed', 'critical', evidence, [...forUsage(spec), lowerLearningRate(spec, 3)]);
};

/** Codes die while the run goes on: usage over the held-out split is a fifth below the best it was. */
const usageFalling: Rule = ({ spec, series }) => {
  const usage = pointsOf(series, 'test/usage');
  const best = extreme(usage, (value) => -value);
  const last = usage.at(-1);
  if (usage.length < 3 || !best || !last || last.value > 0.8 * best.value) return null;
  return finding('usage-falling', 'warning', [{ series: 'test/usage', from: best, to: last }], forUsage(spec));
};

/** More than half of all codes are used nowhere in the held-out split, after a third of the run. */
const dead: Rule = ({ spec, series }) => {
  const last = pointsOf(series, 'test/usage').at(-1);
  if (!last || last.value >= 0.5 || last.step < spec.training.steps / 3) return null;
  const count = pointsOf(series, 'test/dead-codes').at(-1);
  const evidence = [
    { series: 'test/usage', from: null, to: last },
    ...(count ? [{ series: 'test/dead-codes', from: null, to: count }] : []),
  ];
  const sizes =
    spec.model.kind === 'dvae'
      ? [{ path: 'model', codes: spec.model.codes }]
      : tablesOf(spec).flatMap(({ path, quantizer }) =>
          'codes' in quantizer ? [{ path, codes: quantizer.codes }] : [],
        );
  const fewer = sizes.map(({ path, codes }) => [`${path}.codes`, Math.min(codes, Math.max(16, codes >> 2))] as const);
  return finding('dead-codes', 'warning', evidence, [
    ...forUsage(spec),
    remedy('fewer-codes', Object.fromEntries(fewer)),
  ]);
};

/**
 * The encoder runs away from its codes: the commitment term is ten times its lowest and larger than the
 * reconstruction's.
 */
const commitmentExploding: Rule = ({ spec, series }) => {
  const reconstruction = smoothed(pointsOf(series, 'loss/reconstruction'), PARTS).at(-1);
  if (!reconstruction) return null;
  const evidence = gridsOf(spec).flatMap(({ commitment }) => {
    const terms = smoothed(pointsOf(series, commitment), PARTS);
    const [lowest, last] = [extreme(terms, (value) => value), terms.at(-1)];
    if (terms.length < PARTS || !lowest || !last) return [];
    if (last.value < 10 * lowest.value || last.value < reconstruction.value) return [];
    return [{ series: commitment, from: lowest, to: last }];
  });
  if (evidence.length === 0) return null;
  return finding('commitment-exploding', 'warning', evidence, [
    remedy('ema', changesOf(tablesOf(spec), 'update', 'ema')),
    lowerLearningRate(spec, 3),
    remedy('clip-gradients', { 'training.clipNorm': 1 }),
  ]);
};

/** Posterior collapse: the latent says almost nothing of the picture, or most of its components say nothing. */
const klVanishing: Rule = (patient) => {
  const { spec, series } = patient;
  const last = smoothed(pointsOf(series, 'kl'), PARTS).at(-1);
  const active = pointsOf(series, 'test/active-units').at(-1);
  const length = getPath(spec.model, 'latent');
  const isSilent = last !== undefined && last.value < 0.5 && isJudged(patient, last);
  const isPartly =
    active !== undefined && typeof length === 'number' && active.value < 0.1 * length && isJudged(patient, active);
  if (!isSilent && !isPartly) return null;
  const evidence = [
    ...(last ? [{ series: 'kl', from: null, to: last }] : []),
    ...(active ? [{ series: 'test/active-units', from: null, to: active }] : []),
  ];
  const over = Math.max(1, Math.round(spec.training.steps / 4));
  return finding('kl-vanishing', isSilent ? 'critical' : 'warning', evidence, [
    remedy('kl-warm-up', { 'model.beta': { kind: 'linear', from: 0, to: 1, over, warmup: 0 } }),
    remedy('free-bits', { 'model.freeBits': 0.25 }),
  ]);
};

/** The discriminator tells every reconstruction apart, and reconstructions get worse for it. */
const discriminatorWinning: Rule = ({ spec, series }) => {
  const losses = pointsOf(series, 'discriminator').filter(({ value }) => value > 0);
  const after = smoothed(losses, PARTS);
  const last = after.at(-1);
  const nmse = pointsOf(series, 'test/nmse');
  const best = extreme(nmse, (value) => value);
  const newest = nmse.at(-1);
  if (after.length < PARTS || !last || last.value > 0.1) return null;
  const evidence = [{ series: 'discriminator', from: after[0] ?? null, to: last }];
  const isWorse = best && newest && newest.value > 1.15 * best.value;
  const weight = getPath(spec.model, 'adversarial.weight');
  const start = getPath(spec.model, 'adversarial.start');
  return finding(
    'discriminator-winning',
    isWorse ? 'critical' : 'warning',
    isWorse ? [...evidence, { series: 'test/nmse', from: best, to: newest }] : evidence,
    [
      ...(typeof weight === 'number'
        ? [remedy('lower-adversarial-weight', { 'model.adversarial.weight': weight / 4 })]
        : []),
      ...(typeof start === 'number'
        ? [remedy('later-discriminator', { 'model.adversarial.start': Math.round(start + spec.training.steps / 4) })]
        : []),
    ],
  );
};

/** Held-out reconstructions get worse while reconstructions of training items get better. */
const overfitting: Rule = ({ series }) => {
  const heldOut = pointsOf(series, 'test/nmse');
  const best = extreme(heldOut, (value) => value);
  const last = heldOut.at(-1);
  if (heldOut.length < 4 || !best || !last || last.value < 1.1 * best.value) return null;
  const training = smoothed(
    pointsOf(series, 'nmse').filter(({ step }) => step >= best.step),
    PARTS,
  );
  const [then, now] = [training.at(0), training.at(-1)];
  if (!then || !now || now.value > 0.95 * then.value) return null;
  const evidence = [
    { series: 'test/nmse', from: best, to: last },
    { series: 'nmse', from: then, to: now },
  ];
  return finding('overfitting', 'warning', evidence, [
    remedy('fewer-steps', { 'training.steps': Math.max(1, best.step) }),
    remedy('average-weights', { 'training.averageDecay': 0.999 }),
    remedy('flip', { 'augmentation.flip': true }),
  ]);
};

export const rules: readonly Rule[] = [
  notFinite,
  collapsed,
  usageFalling,
  dead,
  commitmentExploding,
  klVanishing,
  discriminatorWinning,
  overfitting,
];

function finding(
  kind: FindingKind,
  severity: Finding['severity'],
  evidence: Finding['evidence'],
  remedies: Remedy[],
): Finding {
  return { kind, severity, evidence, remedies };
}

/**
 * What raises usage, the gentlest first. The rotation trick does so for moving averages, and the contrary for
 * gradients.
 */
export function forUsage(spec: RunSpec, tables: readonly Table[] = tablesOf(spec)): Remedy[] {
  const rotated = tables.filter(
    ({ quantizer }) => quantizer.kind === 'simvq' || ('update' in quantizer && quantizer.update === 'ema'),
  );
  const simple = tables.flatMap(({ path, quantizer }) =>
    'codes' in quantizer && 'dimension' in quantizer
      ? [[path, { kind: 'simvq', codes: quantizer.codes, dimension: quantizer.dimension }] as const]
      : [],
  );
  return [
    remedy('revive-codes', changesOf(tables, 'reviveAfter', 100)),
    remedy('k-means', changesOf(tables, 'initialisation', 'k-means')),
    remedy('rotation-trick', changesOf(rotated, 'rotation', true)),
    remedy('sim-vq', Object.fromEntries(simple)),
  ];
}

/** A field's new value in each of the tables that have the field. */
export function changesOf(tables: readonly Table[], field: string, value: unknown): Record<string, unknown> {
  const having = tables.filter(({ quantizer }) => field in quantizer);
  return Object.fromEntries(having.map(({ path }) => [`${path}.${field}`, value]));
}

/** The learning rate, or the schedule's, divided. */
function lowerLearningRate({ training }: RunSpec, by: number): Remedy {
  const { learningRate } = training;
  const lower =
    typeof learningRate === 'number'
      ? learningRate / by
      : {
          ...learningRate,
          from: learningRate.from / by,
          ...('to' in learningRate ? { to: learningRate.to / by } : {}),
        };
  return remedy('lower-learning-rate', { 'training.learningRate': lower });
}

const warmupOf = ({ training }: RunSpec): number => Math.max(1, Math.min(1000, Math.round(training.steps / 20)));

/** A quantizer that holds codes, within stages and groups, and where it stands. */
export interface Table {
  path: string;
  quantizer: QuantizerSpec;
}

/** The model's tables of codes: for VQ-VAE-2 the top's, and the one of the levels below. */
export function tablesOf({ model }: RunSpec): Table[] {
  const find = (path: string, quantizer: QuantizerSpec): Table =>
    'quantizer' in quantizer ? find(`${path}.quantizer`, quantizer.quantizer) : { path, quantizer };
  return [
    ...('top' in model ? [find('model.top', model.top)] : []),
    ...('quantizer' in model ? [find('model.quantizer', model.quantizer)] : []),
  ];
}

/** What tells of each grid of codes: its series, and K. */
export function gridsOf({
  model,
}: Pick<RunSpec, 'model'>): { perplexity: string; commitment: string; codes: number }[] {
  const named = (codes: number, level = '') => ({
    perplexity: `perplexity${level}`,
    commitment: `loss/commitment${level}`,
    codes,
  });
  if (model.kind === 'vq-vae-2') {
    const quantizers = Array.from({ length: model.levels }, (_, at) => (at === 0 ? model.top : model.quantizer));
    return quantizers.map((quantizer, at) => named(codesOf(quantizer), `-${at + 1}`));
  }
  if (model.kind === 'dvae') return [named(model.codes)];
  return 'quantizer' in model ? [named(codesOf(model.quantizer))] : [];
}

const isJudged = ({ spec }: Patient, { step }: Point): boolean =>
  step >= Math.max(TOO_FEW_STEPS, TOO_EARLY * spec.training.steps);
