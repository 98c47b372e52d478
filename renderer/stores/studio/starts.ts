import { computed, ref, type Ref } from 'vue';
import type { RunSummary } from '@shared/contract';
import { latentSize } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useRuns } from '@/stores/runs';
import type { Numbers } from './numbers';
import { numbersOf, type CodesOf } from './table';
import type { Table } from './laid-table';

interface StartsOptions {
  /** At which priors draw. */
  temperature: Ref<number>;
  openCodes(of: CodesOf, codes: Numbers, name: string): Promise<void>;
  lay(next: Table): Promise<void>;
  attempt(action: () => Promise<void>): Promise<void>;
}

const LARGEST_SEED = 2 ** 31 - 1;

/** Pictures that begin from nothing: drawn by a prior, or plain, to be painted on. */
export function useStarts({ temperature, openCodes, lay, attempt }: StartsOptions) {
  const connection = useConnection();
  const runs = useRuns();
  const isStarting = ref(false);

  const start = (work: () => Promise<void>): Promise<void> =>
    attempt(async () => {
      if (isStarting.value) return;
      isStarting.value = true;
      try {
        await work();
      } finally {
        isStarting.value = false;
      }
    });

  return {
    isStarting: computed(() => isStarting.value),
    /** Priors of an autoencoder's codes, newest first. */
    priorsOf: (run: string | null): RunSummary[] => runs.priors.filter(({ codes }) => codes?.run === run),
    /** Draws a new picture by a prior and lays it on the table; `label` is the class it is to be of. */
    startDrawn: ({ id, codes: of }: RunSummary, label: number | null, name: string, random = Math.random) =>
      start(async () => {
        if (!of) return;
        const how = {
          run: id,
          checkpoint: 'best' as const,
          seed: Math.floor(random() * LARGEST_SEED),
          label,
          temperature: temperature.value,
        };
        if (of.latent.kind === 'vector') {
          const { vectors } = await connection.request('samples.draw', { ...how, count: 1 });
          if (vectors) await openCodes(of, vectors, name);
          return;
        }
        const given = new Int32Array(latentSize(of.latent)).fill(-1);
        await openCodes(of, (await connection.request('samples.fill', { ...how, given })).codes, name);
      }),
    /** Lays a plain picture on the table: all cells of a layer of one code (null: the plainest), or the mean vector. */
    startBlank: (run: string, of: { layer: number; code: number | null }, name: string) =>
      start(async () => {
        const { model, latent, picture } = await connection.request('studio.blank', {
          run,
          checkpoint: 'latest',
          ...of,
        });
        const encoded = numbersOf(latent);
        await lay({ model, name, source: null, original: null, encoded, reconstruction: picture });
      }),
  };
}
