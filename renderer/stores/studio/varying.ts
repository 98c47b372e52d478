import { computed, reactive, ref, type ComputedRef, type ShallowRef } from 'vue';
import type { RunSummary } from '@shared/contract';
import { ownCanvas, placesOf } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { become } from './edits';
import type { History } from './history';
import { rowOf, type Offer, type useOffers } from './offers';
import { lockedExcept, type Fill } from './prior-tools';
import { canvasOf, latentOf, reference } from './table';
import type { Table } from './laid-table';

/** Variations at once. */
const VARIATIONS = 8;

/** By what cells are given other codes: what a prior draws there, or codes near theirs in the codebook. */
export type VaryBy = 'prior' | 'neighbours';

interface VaryingOptions {
  table: ShallowRef<Table | null>;
  history: ShallowRef<History>;
  prior: ComputedRef<RunSummary | null>;
  fill: Fill;
  offers: ReturnType<typeof useOffers>;
  random?: () => number;
}

/** Pictures like the one on the table, to choose from. */
export function useVarying({ table, history, prior, fill, offers, random = Math.random }: VaryingOptions) {
  const connection = useConnection();
  /** For codes, the share of cells that change; for vectors, the size of the steps in deviations. */
  const strengths = reactive({ codes: 0.25, vector: 0.5 });
  const kind = computed(() => table.value?.model.latent.kind ?? 'codes');
  const strength = computed({
    get: () => strengths[kind.value],
    set: (chosen) => (strengths[kind.value] = chosen),
  });
  const temperature = ref(1);
  const wanted = ref<VaryBy>('prior');
  const by = computed<VaryBy>({
    get: () => (prior.value ? wanted.value : 'neighbours'),
    set: (chosen) => (wanted.value = chosen),
  });
  let seed = 0;

  /** The codes, so many times, in each picture other cells open. */
  function opened(values: Int32Array, { model }: Table): Int32Array {
    const { latent } = model;
    const { frame } = history.value;
    if (latent.kind !== 'codes') return values;
    const canvas = canvasOf(frame) ?? ownCanvas(latent);
    const cells = canvas.height * canvas.width;
    const given = new Int32Array(VARIATIONS * values.length);
    for (let picture = 0; picture < VARIATIONS; picture++) {
      const open = someOf(cells, Math.max(1, Math.round(strength.value * cells)), random).flatMap((cell) => [
        ...placesOf(latent, { height: 1, width: 1 }, canvas, {
          top: Math.floor(cell / canvas.width),
          left: cell % canvas.width,
        }),
      ]);
      given.set(lockedExcept(values, open), picture * values.length);
    }
    return given;
  }

  async function vary(): Promise<void> {
    const of = table.value;
    const { values, frame } = history.value;
    if (!of) return;
    await offers.ask('variation', async (options) => {
      const canvas = canvasOf(frame);
      if (values instanceof Int32Array && by.value === 'prior') {
        const { pictures, codes } = await fill(opened(values, of), canvas, options);
        return { pictures, ...wholeRows(codes, pictures.count) };
      }
      const how = { strength: strength.value, temperature: temperature.value, seed: ++seed, count: VARIATIONS };
      const request = { ...reference(of.model), latent: latentOf(values), canvas, ...how };
      const { pictures, latents } = await connection.request('studio.vary', request, options);
      const rows = latents.kind === 'codes' ? latents.indices : latents.values;
      return { pictures, ...wholeRows(rows, pictures.count) };
    });
  }

  return {
    varyStrength: strength,
    varyTemperature: temperature,
    varyBy: by,
    vary,
  };
}

/** Offered pictures that take the place of the whole one on the table. */
function wholeRows(rows: Int32Array | Float32Array, count: number): Pick<Offer, 'fits' | 'editTo'> {
  return {
    fits: ({ values }) => values.length * count === rows.length,
    editTo: (number, { values }) => become(values, rowOf(rows, number, count)),
  };
}

/** So many numbers from 0 to `all` − 1, no two alike. */
function someOf(all: number, count: number, random: () => number): number[] {
  const numbers = Array.from({ length: all }, (_, number) => number);
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(random() * (all - at));
    [numbers[at], numbers[other]] = [numbers[other]!, numbers[at]!];
  }
  return numbers.slice(0, count);
}
