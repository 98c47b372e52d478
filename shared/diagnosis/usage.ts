import { isPrior, type RunSpec } from '../specs';
import { type Remedy, remedy, validRemedies } from './remedies';
import { type Table, changesOf, forUsage, tablesOf } from './rules';

/**
 * How well a codebook is used, by how many of its K codes stand nowhere in the pictures that were counted:
 *
 * - `uncounted`: fewer than five places for each code. Were all codes used alike, K·exp(−N/K) of them would still be
 *   missed by chance among N places: more than 0.7 % of them then, so that nothing can be said.
 * - `full`: at most 5 % are dead, as moving averages with revival reach in most papers.
 * - `good`: at most a quarter. A few codes of no use cost nothing but their bits: log₂ K − log₂ 0.75 K are 0.4 bits per
 *   place.
 * - `low`: more than a quarter. A codebook of half the size would say about as much in a bit a place less. Without
 *   revival this is common: a third to two thirds in use.
 * - `collapsed`: at least nine in ten are dead, or so few do the work that perplexity is below a twentieth of K (of 16
 *   codes or more).
 */
export type UsageLevel = 'uncounted' | 'full' | 'good' | 'low' | 'collapsed';
export const usageLevels: readonly UsageLevel[] = ['uncounted', 'full', 'good', 'low', 'collapsed'];

export interface UsageVerdict {
  level: UsageLevel;
  /** Codes used nowhere, and codes used less than a tenth as often as if all were used alike. */
  dead: number;
  rare: number;
  codes: number;
  /** What a new run may change, the gentlest first; none where nothing is wrong. */
  remedies: Remedy[];
}

const LEAST_PLACES = 5;
const FULL = 0.05;
const GOOD = 0.25;
const RARE = 0.1;

/**
 * Judges how often each code of a layer was used.
 * @param counts K numbers
 * @param level of the hierarchy that the layer belongs to, the coarsest 0
 */
export function judgeUsage(counts: ArrayLike<number>, spec: RunSpec | null, level: number): UsageVerdict {
  const codes = counts.length;
  let [total, dead, logs] = [0, 0, 0];
  for (let code = 0; code < codes; code++) {
    const count = counts[code]!;
    total += count;
    if (count === 0) dead++;
    else logs += count * Math.log(count);
  }
  const even = total / Math.max(1, codes);
  let rare = 0;
  for (let code = 0; code < codes; code++) if (counts[code]! > 0 && counts[code]! < RARE * even) rare++;
  // ln perplexity = ln N − Σ nₖ ln nₖ / N
  const perplexity = total === 0 ? 0 : Math.exp(Math.log(total) - logs / total);
  const found = levelOf({ codes, dead, even, perplexity });
  const isWell = found === 'full' || found === 'uncounted';
  return { level: found, dead, rare, codes, remedies: isWell || !spec ? [] : remediesFor(spec, level, found) };
}

function levelOf({
  codes,
  dead,
  even,
  perplexity,
}: {
  codes: number;
  dead: number;
  even: number;
  perplexity: number;
}): UsageLevel {
  if (even < LEAST_PLACES) return 'uncounted';
  const share = dead / codes;
  if (codes >= 16 && (share > 0.9 || perplexity < 0.05 * codes)) return 'collapsed';
  if (share <= FULL) return 'full';
  return share <= GOOD ? 'good' : 'low';
}

function remediesFor(spec: RunSpec, level: number, found: UsageLevel): Remedy[] {
  if (isPrior(spec.model)) return [];
  const tables = tablesAt(spec, level);
  const smaller = (by: number): [string, number][] =>
    (spec.model.kind === 'dvae' ? [{ path: 'model', quantizer: spec.model }] : tables).flatMap(({ path, quantizer }) =>
      'codes' in quantizer ? [[`${path}.codes`, Math.max(2, Math.floor(quantizer.codes / by))]] : [],
    );
  const faster = tables.filter(
    ({ quantizer }) => 'update' in quantizer && quantizer.update === 'ema' && quantizer.decay > 0.95,
  );
  const entropy = tables.flatMap(({ path, quantizer }) =>
    quantizer.kind === 'lfq' && typeof quantizer.entropy === 'number'
      ? [[`${path}.entropy`, Math.min(100, 2 * quantizer.entropy || 0.1)]]
      : [],
  );
  const [byFour, byTwo] = [
    remedy('fewer-codes', Object.fromEntries(smaller(4))),
    remedy('half-codes', Object.fromEntries(smaller(2))),
  ];
  return validRemedies(spec, [
    ...forUsage(spec, tables),
    remedy('more-entropy', Object.fromEntries(entropy)),
    remedy('faster-ema', changesOf(faster, 'decay', 0.95)),
    ...(found === 'collapsed' ? [byFour] : [byTwo]),
    remedy('more-steps', { 'training.steps': Math.min(100_000_000, 2 * spec.training.steps) }),
  ]);
}

/** The tables that a level's codes come from: of a hierarchy the top has its own. */
function tablesAt(spec: RunSpec, level: number): Table[] {
  const tables = tablesOf(spec);
  return 'top' in spec.model ? tables.filter(({ path }) => path.startsWith('model.top') === (level === 0)) : tables;
}
