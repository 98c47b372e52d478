import { usePreferredReducedMotion } from '@vueuse/core';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Items, ProgressReport, Watched } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { layersOf, type CodesLatent } from '@shared/specs';
import { latestOnly } from '@/components/latest';
import { useConnection } from '@/stores/connection';
import { drawingOf, type Sample } from '../recipe';
import { codesAt } from './turns';

/** A picture of a frame: `pictures[index]`. */
export interface Frame {
  pictures: Items;
  index: number;
}

/** Frames decoded with one request. */
const CHUNK = 32;
/** Turns a second, as powers of two. */
export const SLOWEST = -1;
export const FASTEST = 6;
/** What a whole drawing takes unless somebody turns the speed, in seconds, about. */
const USUAL_SECONDS = 12;

/**
 * The drawing of one sample, again, to be watched: how it went, its frames' pictures as they are needed, and the clock that goes through
 * them. Asked for at once; what is under way ends with the scope.
 */
export function useWatching(sample: Sample, latent: CodesLatent) {
  const connection = useConnection();
  const motion = usePreferredReducedMotion();
  const watched = shallowRef<Watched | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const frames = shallowRef<ReadonlyMap<number, Frame>>(new Map());
  const palettes = shallowRef<readonly (Items | null)[]>([]);
  const frame = ref(0);
  const playing = ref(false);
  const speed = ref(0);
  const layers = layersOf(latent);
  const turnCount = computed(() => watched.value?.turnCount ?? 0);
  const controller = new AbortController();
  const { signal } = controller;

  async function load(): Promise<void> {
    error.value = null;
    try {
      const found = await connection.request(
        'samples.watch',
        { ...drawingOf(sample.recipe), number: sample.number },
        { signal, onProgress: (report) => (progress.value = report) },
      );
      speed.value = Math.max(SLOWEST, Math.min(FASTEST, Math.round(Math.log2(found.turnCount / USUAL_SECONDS))));
      watched.value = found;
      await fetchFrames(0);
      playing.value = motion.value !== 'reduce';
      await fetchPalettes();
    } catch (thrown) {
      if (!signal.aborted) error.value = asAppError(thrown);
    }
  }

  /** What each code looks like; without the autoencoder's run codes go by their numbers. */
  async function fetchPalettes(): Promise<void> {
    const { run, step } = sample.recipe.autoencoder;
    for (const layer of layers.keys()) {
      try {
        const { tiles } = await connection.request('studio.palette', { run, checkpoint: step, layer }, { signal });
        palettes.value = [...palettes.value, tiles];
      } catch {
        palettes.value = [...palettes.value, null];
      }
    }
  }

  /** Decodes a frame with those after it, unless it is there. */
  async function fetchFrames(from: number): Promise<void> {
    const of = watched.value;
    if (!of || frames.value.has(from) || signal.aborted) return;
    const first = Math.floor(from / CHUNK) * CHUNK;
    const count = Math.min(CHUNK, of.turnCount + 1 - first);
    const size = of.codes.length;
    const codes = new Int32Array(count * size);
    for (let at = 0; at < count; at++) codes.set(codesAt(of, first + at), at * size);
    const { prior } = sample.recipe;
    const what = { run: prior.run, checkpoint: prior.step, count, codes };
    const { pictures } = await connection.request('samples.decode', what, { signal });
    frames.value = new Map([
      ...frames.value,
      ...Array.from({ length: count }, (_, index) => [first + index, { pictures, index }] as const),
    ]);
  }

  const wanted = latestOnly(async (at: number) => {
    try {
      await fetchFrames(at);
      await fetchFrames(Math.min(turnCount.value, at + CHUNK / 2));
    } catch (thrown) {
      if (!signal.aborted) error.value = asAppError(thrown);
    }
  });
  watch(frame, (at) => wanted.push(at));

  /** The picture of the frame; while that is decoded, the nearest before it. */
  const picture = computed<Frame | null>(() => {
    for (let at = frame.value; at >= 0; at--) {
      const there = frames.value.get(at);
      if (there) return there;
    }
    return null;
  });

  const clamped = (at: number): number => Math.max(0, Math.min(turnCount.value, at));
  function go(to: number): void {
    playing.value = false;
    frame.value = clamped(to);
  }
  function play(): void {
    if (frame.value === turnCount.value) frame.value = 0;
    playing.value = true;
  }

  let timer = 0;
  const stop = (): void => cancelAnimationFrame(timer);
  watch([playing, speed], ([isPlaying]) => {
    stop();
    if (!isPlaying) return;
    const [began, from] = [performance.now(), frame.value];
    const tick = (now: number): void => {
      frame.value = clamped(from + Math.floor(((now - began) / 1000) * 2 ** speed.value));
      if (frame.value === turnCount.value) playing.value = false;
      else timer = requestAnimationFrame(tick);
    };
    timer = requestAnimationFrame(tick);
  });

  onScopeDispose(() => {
    stop();
    controller.abort();
  });
  void load();

  return {
    watched,
    progress,
    error,
    palettes,
    layers,
    frame,
    picture,
    playing,
    speed,
    turnCount,
    go,
    play,
    pause: () => (playing.value = false),
    toggle: () => (playing.value ? (playing.value = false) : play()),
    retry: () => void load(),
    cancel: () => controller.abort(),
  };
}
