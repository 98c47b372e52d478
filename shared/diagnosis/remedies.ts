import { type RunSpec, getPath, runSpecSchema, setPath } from '../specs';

/** Names what a remedy does; its words are the page's. */
export const remedyKinds = [
  'lower-learning-rate',
  'clip-gradients',
  'warm-up',
  'revive-codes',
  'k-means',
  'rotation-trick',
  'fewer-codes',
  'half-codes',
  'faster-ema',
  'more-entropy',
  'more-steps',
  'sim-vq',
  'ema',
  'kl-warm-up',
  'free-bits',
  'lower-adversarial-weight',
  'later-discriminator',
  'average-weights',
  'flip',
  'fewer-steps',
] as const;
export type RemedyKind = (typeof remedyKinds)[number];

/** A change of the configuration that a new run may begin with. */
export interface Remedy {
  kind: RemedyKind;
  changes: { path: string; value: unknown }[];
}

export function remedy(kind: RemedyKind, changes: Record<string, unknown>): Remedy {
  return { kind, changes: Object.entries(changes).map(([path, value]) => ({ path, value })) };
}

/** The specification with a remedy's changes made; null where the schema refuses that or has no such field. */
export function applyRemedy(spec: RunSpec, { changes }: Remedy): RunSpec | null {
  const changed = changes.reduce<Record<string, unknown>>((tree, { path, value }) => setPath(tree, path, value), spec);
  const parsed = runSpecSchema.safeParse(changed);
  if (!parsed.success) return null;
  const isWhole = changes.every(({ path, value }) => isWithin(value, getPath(parsed.data, path)));
  return isWhole ? parsed.data : null;
}

/** Those that the specification can have and that change something. */
export function validRemedies(spec: RunSpec, remedies: readonly Remedy[]): Remedy[] {
  return remedies.filter((one) => {
    const changed = applyRemedy(spec, one);
    return changed !== null && JSON.stringify(changed) !== JSON.stringify(spec);
  });
}

/** Whether all that `wanted` says stands in `found`, which may say more (defaults). */
function isWithin(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(wanted, found);
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([key, value]) => isWithin(value, (found as Record<string, unknown>)[key]));
}
