import { ref, shallowRef } from 'vue';
import type { Comparison, Params, ProgressReport, WorkbenchContract } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { fromErrorData } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import { useDocuments } from '@/stores/documents';

export type ComparisonQuestion = Params<WorkbenchContract, 'runs.compare'>;

/** Asks the workbench to measure runs over the same items: how far that is, what it found, or why it couldn't. */
export function useComparison() {
  const connection = useConnection();
  const documents = useDocuments();
  const found = shallowRef<Comparison | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const busy = ref(false);
  let controller = new AbortController();

  /** What was found before stays until there is something new; a cancelled measurement changes nothing. */
  async function measure(question: ComparisonQuestion): Promise<void> {
    controller.abort();
    const mine = (controller = new AbortController());
    busy.value = true;
    progress.value = null;
    error.value = null;
    try {
      const answer = await connection.request('runs.compare', question, {
        signal: mine.signal,
        onProgress: (report) => (progress.value = report),
      });
      if (answer.notKept) documents.refusal = fromErrorData(answer.notKept);
      if (mine === controller) found.value = answer;
    } catch (thrown) {
      const failure = asAppError(thrown);
      if (mine === controller && failure.code !== 'CANCELLED') error.value = failure;
    } finally {
      if (mine === controller) busy.value = false;
    }
  }
  const cancel = (): void => controller.abort();

  /** Forgets what was found, for other runs. */
  function clear(): void {
    cancel();
    controller = new AbortController();
    busy.value = false;
    found.value = null;
    error.value = null;
  }

  /** Shows what was found before. */
  function show(kept: Comparison): void {
    clear();
    found.value = kept;
  }

  return { found, progress, error, busy, measure, cancel, clear, show };
}
