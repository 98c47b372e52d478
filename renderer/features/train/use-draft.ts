import { ref, watch, type Ref, type ShallowRef } from 'vue';
import { presentSpec, runSpecSchema, type RunSpec } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useDocuments, type Kept } from '@/stores/documents';
import { fieldGroups } from './spec-form';

/** Name of a form's draft without what the form began with: one for each dataset, and for the priors of each autoencoder. */
const plainId = ({ dataset, autoencoder }: RunSpec): string =>
  autoencoder ? `prior-${autoencoder.run}` : `on-${dataset}`;

/** Name of a form's draft: forms that began with other settings have drafts of their own, and none takes another's place. */
export const draftId = (spec: RunSpec, origin: string): string =>
  origin === '' ? plainId(spec) : `${plainId(spec)}-like-${hash(origin)}`;

/** FNV-1a over the UTF-16 units of a text, in hexadecimal. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16);
}

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

  const listed = () => connection.request('documents.list', { kind: 'draft' }).catch(() => null);

  /** Names that this form's draft may have: an earlier version wrote what the form began with otherwise, or not into the name. */
  async function mayBe(id: string): Promise<string[]> {
    const plain = spec.value && plainId(spec.value);
    if (id === plain) return [id];
    const others = (await listed())?.documents.map((one) => one.id) ?? [];
    return others.filter((one) => one === plain || one.startsWith(`${plain}-like-`));
  }

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
    const id = draftId(spec.value, origin);
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
      const id = draftId(spec.value, origin);
      for (const named of await mayBe(id)) {
        const draft = await documents.read('draft', named).catch(() => null);
        if (!spec.value || draftId(spec.value, origin) !== id || isTouched()) return;
        if (draft && take(draft)) return;
      }
    },
    /** The dataset of the draft that was changed last; null where there is none. */
    async newest(): Promise<string | null> {
      const draft = (await listed())?.documents.find(({ id }) => id.startsWith('on-'));
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
