import { watchDebounced } from '@vueuse/core';
import { computed, ref, shallowRef, type Ref } from 'vue';
import type { RunPlan } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import type { RunSpec } from '@shared/specs';
import { useProblemWords } from '@/components/problems';
import { useSentence } from '@/i18n/sentences';
import { useConnection } from '@/stores/connection';
import { problemsOf } from './spec-form';

const DEBOUNCE_MS = 250;

/**
 * What a specification costs, asked of the workbench a moment after it last changed; and what is wrong with it, by path:
 * the schemas' own checks at once, the workbench's (such as a picture too small to be halved so often) with the plan.
 */
export function usePlan(spec: Ref<RunSpec | null>) {
  const connection = useConnection();
  const words = useProblemWords();
  const say = useSentence();
  const plan = shallowRef<RunPlan | null>(null);
  const refused = shallowRef<AppError | null>(null);
  const busy = ref(false);
  let newest = 0;

  const ownProblems = computed(() => (spec.value === null ? {} : problemsOf(spec.value)));
  const problems = computed<Record<string, string>>(() => {
    const field = refused.value?.field;
    const own = Object.entries(ownProblems.value).map(([path, problem]) => [path, words(problem)]);
    return { ...(field && refused.value ? { [field]: say(refused.value.message) } : {}), ...Object.fromEntries(own) };
  });
  /** A refusal that names no field of the form. */
  const failure = computed(() => (refused.value && refused.value.field === undefined ? refused.value : null));

  async function ask(of: RunSpec | null): Promise<void> {
    const mine = ++newest;
    if (of === null || Object.keys(ownProblems.value).length > 0) return;
    busy.value = true;
    try {
      const answer = await connection.request('runs.plan', { spec: of });
      if (mine !== newest) return;
      plan.value = answer;
      refused.value = null;
    } catch (thrown) {
      if (mine !== newest) return;
      plan.value = null;
      refused.value = asAppError(thrown);
    } finally {
      if (mine === newest) busy.value = false;
    }
  }

  watchDebounced(spec, ask, { debounce: DEBOUNCE_MS, immediate: true });
  return { plan, busy, problems, failure };
}
