import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue';
import type { Range, Scale } from '@shared/maths';
import { shareAtPixel, type PlotFrame } from './plot-place';
import { clampRange, panBy, shareOf, valueAt, zoomAt } from './zoom';

/** A drag narrower than this many pixels is a click. */
const MINIMUM_DRAG = 5;
const WHEEL_FACTOR = 1.25;
const KEY_STEP = 0.01;

export interface PlotPointer {
  /** The zoomed range, or null for all of it. */
  zoom: Ref<Range | null>;
  /** Place on the axis that is being read, or null. */
  cursor: Ref<number | null>;
  /** Whether the cursor was set with the keyboard, and is to be spoken. */
  byKeyboard: Ref<boolean>;
  /** The shares of the width that a drag spans now. */
  selection: ComputedRef<Range | null>;
  reset(): void;
  zoomBy(factor: number): void;
  listeners: Record<
    'pointerdown' | 'pointermove' | 'pointerup' | 'pointerleave' | 'dblclick' | 'wheel' | 'keydown' | 'blur',
    (event: never) => void
  >;
}

/**
 * Reading and zooming a plot: the pointer reads; a drag zooms into what it spans; Ctrl or Alt with the wheel zooms about
 * the pointer, Shift with the wheel moves; a double click shows everything. Keys: arrows read (with Shift they move), + and −
 * zoom, 0 or Escape show everything.
 */
export function usePlotPointer(full: () => Range | null, scale: () => Scale, frame: () => PlotFrame): PlotPointer {
  const zoom = shallowRef<Range | null>(null);
  const cursor = ref<number | null>(null);
  const byKeyboard = ref(false);
  const drag = shallowRef<Range | null>(null);
  const visible = (): Range | null => {
    const all = full();
    return all && zoom.value ? (clampRange(zoom.value, all) ?? all) : all;
  };
  const shareOfEvent = (event: MouseEvent): number =>
    shareAtPixel(event.clientX - (event.currentTarget as HTMLElement).getBoundingClientRect().left, frame());
  const inside = (share: number): number => Math.min(1, Math.max(0, share));

  function change(next: (visible: Range, all: Range) => Range | null): void {
    const all = full();
    const shown = visible();
    if (all && shown) zoom.value = next(shown, all);
  }
  const reset = (): void => void (zoom.value = null);
  const zoomBy = (factor: number, about = 0.5): void =>
    change((shown, all) => zoomAt(shown, all, about, factor, scale()));

  function read(share: number, keyboard: boolean): void {
    const shown = visible();
    byKeyboard.value = keyboard;
    cursor.value = shown && share >= 0 && share <= 1 ? valueAt(shown, share, scale()) : null;
  }

  function endDrag(): void {
    const span = drag.value;
    drag.value = null;
    if (!span || Math.abs(span.to - span.from) * frame().hostWidth < MINIMUM_DRAG) return;
    const [from, to] = [Math.min(span.from, span.to), Math.max(span.from, span.to)];
    change((shown, all) => clampRange({ from: valueAt(shown, from, scale()), to: valueAt(shown, to, scale()) }, all));
  }

  function onWheel(event: WheelEvent): void {
    if (!(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    const forward = (event.deltaY || event.deltaX) > 0;
    if (event.shiftKey) change((shown, all) => panBy(shown, all, forward ? 0.1 : -0.1, scale()) ?? zoom.value);
    else zoomBy(forward ? WHEEL_FACTOR : 1 / WHEEL_FACTOR, inside(shareOfEvent(event)));
  }

  function onKey(event: KeyboardEvent): void {
    const shown = visible();
    if (!shown || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = cursor.value === null ? null : shareOf(shown, cursor.value, scale());
    const move = (by: number): void =>
      event.shiftKey
        ? change((range, all) => panBy(range, all, 10 * by, scale()) ?? zoom.value)
        : read(at === null ? (by > 0 ? 0 : 1) : inside(at + by), true);
    const actions: Record<string, () => void> = {
      ArrowLeft: () => move(-KEY_STEP),
      ArrowRight: () => move(KEY_STEP),
      Home: () => read(0, true),
      End: () => read(1, true),
      '+': () => zoomBy(1 / WHEEL_FACTOR, at ?? 0.5),
      '=': () => zoomBy(1 / WHEEL_FACTOR, at ?? 0.5),
      '-': () => zoomBy(WHEEL_FACTOR, at ?? 0.5),
      '0': reset,
      Escape: reset,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  const leave = (): void => {
    if (drag.value === null) cursor.value = null;
  };
  return {
    zoom,
    cursor,
    byKeyboard,
    selection: computed(() => {
      const span = drag.value;
      return span && Math.abs(span.to - span.from) * frame().hostWidth >= MINIMUM_DRAG
        ? { from: Math.min(span.from, span.to), to: Math.max(span.from, span.to) }
        : null;
    }),
    reset,
    zoomBy,
    listeners: {
      pointerdown: (event: PointerEvent) => {
        if (event.button !== 0 || event.pointerType === 'touch') return;
        const share = inside(shareOfEvent(event));
        drag.value = { from: share, to: share };
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      },
      pointermove: (event: PointerEvent) => {
        const share = shareOfEvent(event);
        if (drag.value) drag.value = { from: drag.value.from, to: inside(share) };
        read(share, false);
      },
      pointerup: endDrag,
      pointerleave: leave,
      dblclick: reset,
      wheel: onWheel,
      keydown: onKey,
      blur: leave,
    },
  };
}
