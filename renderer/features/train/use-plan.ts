import { watchDebounced } from '@vueuse/core';
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { TimedPlan } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import type { RunSpec } from '@shared/specs';
import { useProblemWords } from '@/components/problems';
import { useSentence } from '@/i18n/sentences';
import { useConnection } from '@/stores/connection';
import { problemsOf } from './spec-form';

const DEBOUNCE_MS = 250;
/** Measuring is work for seconds: begun once the form has rested. */
const REST_MS = 900;

/**
 * What a specification costs, asked of the workbench a moment after it last changed; then how long it takes, measured by real
 * steps unless a run trains now, and given up when the form changes. And what is wrong with it, by path: the schemas' own checks
 * at once, the workbench's (such as a picture too small to be halved so often) with the plan.
 */
export function usePlan(spec: Ref<RunSpec | null>) {
  const connection = useConnection();
  const words = useProblemWords();
  const say = useSentence();
  const plan = shallowRef<TimedPlan | null>(null);
  const refused = shallowRef<AppError | null>(null);
  const busy = ref(false);
  const measuring = ref(false);
  let newest = 0;
  let planned: RunSpec | null = null;
  let measurement = new AbortController();

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
      planned = of;
      refused.value = null;
    } catch (thrown) {
      if (mine !== newest) return;
      plan.value = null;
      refused.value = asAppError(thrown);
    } finally {
      if (mine === newest) busy.value = false;
    }
  }

  /** Measures a step; `anyway` although a run trains now. */
  async function measure(anyway = false): Promise<void> {
    measurement.abort();
    const mine = (measurement = new AbortController());
    const of = spec.value;
    if (of === null || Object.keys(ownProblems.value).length > 0 || refused.value) return;
    if (planned === of && plan.value?.time && !anyway) return;
    measuring.value = true;
    try {
      const time = anyway ? 'measure-anyway' : 'measure';
      const answer = await connection.request('runs.plan', { spec: of, time }, { signal: mine.signal });
      if (mine === measurement && !mine.signal.aborted) [plan.value, planned] = [answer, of];
    } catch {
      // the plan itself stands; why it was refused is said there
    } finally {
      if (mine === measurement) measuring.value = false;
    }
  }
  function giveUp(): void {
    measurement.abort();
    measuring.value = false;
  }

  watchDebounced(spec, ask, { debounce: DEBOUNCE_MS, immediate: true });
  watchDebounced(spec, () => measure(), { debounce: REST_MS, immediate: true });
  watch(spec, giveUp);
  onScopeDispose(giveUp);
  return { plan, busy, measuring, measure, problems, failure };
}
