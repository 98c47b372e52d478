import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { qualityCount, qualitySchema, type ProgressReport, type SampleQuality } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import { useDrawn } from './drawn';

/** How good the samples of the chosen prior are, measured as the form draws them. What was found stays until another is measured. */
export const useQuality = defineStore('sample-quality', () => {
  const connection = useConnection();
  const drawn = useDrawn();
  const count = ref(qualityCount.parse(undefined));
  const found = shallowRef<{ run: string; quality: SampleQuality } | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const controller = shallowRef<AbortController | null>(null);
  const isCountSound = computed(() => qualityCount.safeParse(count.value).success);

  async function measure(): Promise<void> {
    const run = drawn.prior?.id;
    if (!run || controller.value || !isCountSound.value) return;
    const { signal } = (controller.value = new AbortController());
    error.value = null;
    progress.value = null;
    const how = qualitySchema.parse({ ...drawn.settings, count: count.value });
    try {
      const quality = await connection.request(
        'samples.quality',
        { ...how, run, checkpoint: drawn.checkpoint },
        { signal, onProgress: (report) => (progress.value = report) },
      );
      found.value = { run, quality };
    } catch (thrown) {
      if (!signal.aborted) error.value = asAppError(thrown);
    } finally {
      controller.value = null;
    }
  }

  return {
    count,
    progress,
    error,
    isCountSound,
    measure,
    isMeasuring: computed(() => controller.value !== null),
    /** What is measured of the prior that is chosen. */
    quality: computed(() => (found.value?.run === drawn.prior?.id ? (found.value?.quality ?? null) : null)),
    cancel: () => controller.value?.abort(),
  };
});
