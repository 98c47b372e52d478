import { ref, watch, type Ref, type ShallowRef } from 'vue';
import { presentSpec, runSpecSchema, type RunSpec } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useDocuments, type Kept } from '@/stores/documents';
import { fieldGroups } from './spec-form';

/** How the draft of a form is called: one for each dataset, and one for the priors of each autoencoder. */
export const draftId = ({ dataset, autoencoder }: RunSpec): string =>
  autoencoder ? `prior-${autoencoder.run}` : `on-${dataset}`;

/** The settings that a draft holds, also where they contradict each other; null where this form can't show them. */
export function specOf(text: string): RunSpec | null {
  try {
    const raw = presentSpec(JSON.parse(text));
    const parsed = runSpecSchema.safeParse(raw);
    if (parsed.success) return parsed.data;
    return fieldGroups(raw as RunSpec).length > 0 ? (raw as RunSpec) : null;
  } catch {
    return null;
  }
}

/**
 * Keeps what somebody changed in the form of a new run, and brings it back when the form begins with the same again.
 * @param begin what the form was opened with; null: a preset that suits the pictures
 */
export function useDraft(spec: ShallowRef<RunSpec | null>, name: Ref<string>, begin: RunSpec | null) {
  const documents = useDocuments();
  const connection = useConnection();
  /** Whether the settings shown are those that were kept. */
  const isBack = ref(false);
  const origin = begin ? JSON.stringify(begin) : '';
  /** What the form began with, before anybody changed it. */
  let fresh = '';
  let keptAs: string | null = null;

  const isTouched = (): boolean => spec.value !== null && (JSON.stringify(spec.value) !== fresh || name.value !== '');

  function take(draft: Kept<'draft'>): boolean {
    const kept = specOf(draft.value.spec);
    const begun = draft.value.begin === null ? '' : JSON.stringify(specOf(draft.value.begin));
    if (!kept || begun !== origin) return false;
    keptAs = draft.id;
    isBack.value = true;
    spec.value = kept;
    name.value = draft.value.name;
    return true;
  }

  function forget(): void {
    if (keptAs !== null) void documents.remove('draft', keptAs).catch(() => undefined);
    keptAs = null;
    isBack.value = false;
  }

  watch([spec, name], () => {
    if (!spec.value || fresh === '') return;
    if (!isTouched()) return forget();
    const id = draftId(spec.value);
    if (keptAs !== null && keptAs !== id) void documents.remove('draft', keptAs).catch(() => undefined);
    keptAs = id;
    const { dataset } = spec.value;
    const value = { spec: JSON.stringify(spec.value), name: name.value, begin: origin === '' ? null : origin };
    documents.write('draft', id, { title: name.value || dataset, facts: { dataset } }, value);
  });

  return {
    isBack,
    /** The settings are those that the form begins with; a draft of them takes their place, unless somebody is faster. */
    async begun(): Promise<void> {
      if (!spec.value) return;
      fresh = JSON.stringify(spec.value);
      const id = draftId(spec.value);
      const draft = await documents.read('draft', id).catch(() => null);
      if (draft && spec.value && draftId(spec.value) === id && !isTouched()) take(draft);
    },
    /** The dataset of the draft that was changed last; null where there is none. */
    async newest(): Promise<string | null> {
      const found = await connection.request('documents.list', { kind: 'draft' }).catch(() => null);
      const draft = found?.documents.find(({ id }) => id.startsWith('on-'));
      return draft ? String(draft.facts.dataset) : null;
    },
    /** Puts the form back to how it began. */
    beginAgain(): void {
      spec.value = JSON.parse(fresh) as RunSpec;
      name.value = '';
      forget();
    },
    /** The run was started: its draft has done its work. */
    done: forget,
  };
}
