import { computed, ref, shallowRef } from 'vue';
import type { CheckpointChoice, Latent, ModelInfo, Items, PictureSource } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { latestOnly } from '@/components/latest';
import { useConnection } from '@/stores/connection';
import { become, resize, type Edit } from './edits';
import type { Table } from './laid-table';
import type { Frame, Numbers } from './numbers';
import { doneAgain } from './kept';
import { encodedOn, framedLatent } from './frame';
import { begin, perform, redo, undo, type History } from './history';

/** A checkpoint by its run and step, and its very weights. */
export interface CodesOf {
  run: string;
  step: number;
  weightsHash: string;
}

/** A checkpoint as requests name it. */
export const reference = (model: ModelInfo) => ({ run: model.run, checkpoint: model.step });
export const numbersOf = (latent: Latent): Numbers => (latent.kind === 'codes' ? latent.indices : latent.values);
export const latentOf = (values: Numbers): Latent =>
  values instanceof Int32Array ? { kind: 'codes', indices: values } : { kind: 'vector', values };

/** How large the canvas is, as requests name it. */
export const canvasOf = (frame: Frame | null) => frame && { height: frame.height, width: frame.width };

interface Undecoded {
  of: Table;
  values: Numbers;
  frame: Frame | null;
  since: number;
}

export interface TableOptions {
  /** Fetches what a model's latent is edited with, before its picture is laid down. */
  prepare(model: ModelInfo): Promise<void>;
  /** The picture on the table is about to give way to another. */
  leaving(): void;
  /** A picture was laid down, in place of `before`. */
  laid(before: Table | null): void;
  /** What was undone or redone. */
  travelled(edit: Edit): void;
}

/**
 * One picture with the history of its latent, whatever the latent's kind. Every change is decoded at once; while a decode
 * runs, only the newest latent waits.
 */
export function useTable({ prepare, leaving, laid, travelled }: TableOptions) {
  const connection = useConnection();
  const table = shallowRef<Table | null>(null);
  const history = shallowRef<History>(begin(new Int32Array(0)));
  const edited = shallowRef<Items | null>(null);
  const busy = ref(false);
  const error = shallowRef<AppError | null>(null);
  /** Time from the newest edit to its pixels, in milliseconds. */
  const latency = ref<number | null>(null);
  /** Step of a checkpoint newer than the one on the table. */
  const newerStep = ref<number | null>(null);

  /** The latent on the table as it was encoded: open where the canvas has grown beyond it. */
  const original = computed(() => {
    const of = table.value;
    return of && encodedOn(of.encoded, of.model.latent, history.value.frame);
  });
  const changes = computed(() => {
    const encoded = original.value;
    if (!encoded) return 0;
    let count = 0;
    history.value.values.forEach((value, place) => (count += value === encoded[place] ? 0 : 1));
    return count;
  });

  const decoder = latestOnly<Undecoded>(async ({ of, values, frame, since }) => {
    try {
      const { picture } = await connection.request('studio.decode', {
        ...reference(of.model),
        latent: latentOf(values),
        canvas: canvasOf(frame),
      });
      if (table.value !== of) return;
      edited.value = picture;
      latency.value = performance.now() - since;
      error.value = null;
    } catch (thrown) {
      if (table.value === of) error.value = asAppError(thrown);
    }
  });

  function setHistory(next: History): void {
    const of = table.value;
    if (next === history.value || of === null) return;
    history.value = next;
    decoder.push({ of, values: next.values, frame: next.frame, since: performance.now() });
  }

  /** Does an edit; `joined` makes it one with the edit before it. Answers whether anything changed. */
  function edit(change: Edit | null, joined = false): boolean {
    setHistory(perform(history.value, change, joined));
    return change !== null;
  }

  /** Runs a request that puts something on the table; a failure leaves the table as it was. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      await action();
    } catch (thrown) {
      error.value = asAppError(thrown);
    } finally {
      busy.value = false;
    }
  }

  /** Puts a picture on the table, with nothing done to it yet or with what was done before. */
  async function lay(next: Table, done: History = begin(next.encoded)): Promise<void> {
    await prepare(next.model);
    const before = table.value;
    leaving();
    // the picture goes first: what is kept is never the history of one with the name of another
    table.value = null;
    history.value = done;
    table.value = next;
    edited.value = next.reconstruction;
    if (done.done.length > 0)
      decoder.push({ of: next, values: done.values, frame: done.frame, since: performance.now() });
    newerStep.value = null;
    latency.value = null;
    laid(before);
  }

  async function encode(run: string, source: PictureSource, checkpoint: CheckpointChoice = 'latest'): Promise<Table> {
    const answer = await connection.request('studio.encode', { run, checkpoint, picture: source });
    const { model, name, original, latent, reconstruction } = answer;
    return { model, name, source, original, encoded: numbersOf(latent), reconstruction };
  }

  /** Encodes a picture with a run's newest checkpoint, or the one asked for, and puts it on the table; `again` makes the history to go on with. */
  function openPicture(
    run: string,
    source: PictureSource,
    again?: (next: Table) => History,
    checkpoint: CheckpointChoice = 'latest',
  ): Promise<void> {
    return attempt(async () => {
      const next = await encode(run, source, checkpoint);
      await lay(next, again?.(next));
    });
  }

  /** Opens a saved latent with a run; one of other weights is refused unless `anyWeights`. */
  function openLatent(run: string, bytes: Uint8Array, anyWeights = false): Promise<void> {
    return attempt(async () => {
      const answer = await connection.request('studio.openLatent', { run, checkpoint: 'latest', bytes, anyWeights });
      const { model, name, latent, picture } = answer;
      await lay({ model, name, source: null, original: null, encoded: numbersOf(latent), reconstruction: picture });
    });
  }

  /**
   * Puts codes, or a vector, that were made elsewhere on the table, with the very weights they are of.
   * @throws CONFLICT if the checkpoint's weights are others, and what the requests throw; the table stays as it was
   */
  async function openCodes(of: CodesOf, codes: Numbers, name: string): Promise<void> {
    busy.value = true;
    try {
      const model = await connection.request('studio.open', { run: of.run, checkpoint: of.step });
      if (model.weightsHash !== of.weightsHash) {
        throw new AppError(
          'CONFLICT',
          'These codes are of other weights: the autoencoder’s checkpoint was trained again since.',
          'Draw samples of a prior that learnt its codes from the weights as they are now.',
        );
      }
      const { picture } = await connection.request('studio.decode', { ...reference(model), latent: latentOf(codes) });
      await lay({ model, name, source: null, original: null, encoded: codes, reconstruction: picture });
      error.value = null;
    } finally {
      busy.value = false;
    }
  }

  /** Encodes the same picture with another checkpoint; what was edited stays as it was edited. */
  function moveTo(checkpoint: CheckpointChoice): Promise<void> {
    const before = table.value;
    if (before === null || before.source === null) return Promise.resolve();
    const { encoded, model, source } = before;
    const changed = history.value;
    return openPicture(model.run, source, (next) => doneAgain(encoded, changed, next), checkpoint);
  }

  async function saveLatent(): Promise<{ fileName: string; bytes: Uint8Array } | null> {
    const of = table.value;
    if (!of) return null;
    const latent = latentOf(history.value.values);
    return connection.request('studio.saveLatent', { ...reference(of.model), latent, name: of.name });
  }

  function travel(way: typeof undo, edit: Edit | undefined): void {
    if (!edit) return;
    setHistory(way(history.value));
    travelled(edit);
  }

  connection.on('studio.updated', ({ run, step }) => {
    const model = table.value?.model;
    if (model?.run === run && step > model.step) newerStep.value = step;
  });

  return {
    table,
    history,
    edited,
    busy,
    error,
    latency,
    newerStep,
    changes,
    /** The canvas where it is larger than the model's own. */
    frame: computed(() => history.value.frame),
    /** The latent on the table: larger than the model's where the canvas is. */
    latent: computed(() => table.value && framedLatent(table.value.model.latent, history.value.frame)),
    canUndo: computed(() => history.value.done.length > 0),
    canRedo: computed(() => history.value.undone.length > 0),
    edit,
    lay,
    attempt,
    encode,
    openPicture,
    openLatent,
    openCodes,
    moveTo,
    saveLatent,
    undo: () => travel(undo, history.value.done.at(-1)),
    redo: () => travel(redo, history.value.undone.at(-1)),
    reset: () => {
      const of = table.value;
      if (!of) return false;
      const { values, frame } = history.value;
      return edit(frame ? resize({ values, frame }, of.encoded, null) : become(values, of.encoded));
    },
  };
}
