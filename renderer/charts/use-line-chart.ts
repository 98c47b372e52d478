import { markRaw, onBeforeUnmount, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { init, type EChartsType } from './echarts';
import { chartOption, plotMargins, type Drawing } from './option';

/** Size of a chart's host in CSS pixels; the plot is what `plotMargins` leaves of it. */
export interface HostSize {
  width: Ref<number>;
  height: Ref<number>;
}

/** Keeps an ECharts instance in `host` that shows `drawing`, redrawn at most once a frame and without animation. */
export function useLineChart(
  host: Ref<HTMLElement | null>,
  { width, height }: HostSize,
  drawing: ComputedRef<Drawing | null>,
): void {
  const chart = shallowRef<EChartsType | null>(null);
  let frame = 0;

  const draw = (): void => {
    frame = 0;
    const element = host.value;
    if (!element || width.value === 0 || height.value === 0) return;
    chart.value ??= markRaw(init(element, null, { renderer: 'canvas' }));
    if (chart.value.getWidth() !== width.value || chart.value.getHeight() !== height.value) chart.value.resize();
    if (drawing.value === null) chart.value.clear();
    else chart.value.setOption(chartOption(drawing.value), { notMerge: true, silent: true });
  };
  const schedule = (): void => {
    frame ||= requestAnimationFrame(draw);
  };

  watch([drawing, width, height], schedule, { immediate: true, flush: 'post' });
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame);
    chart.value?.dispose();
  });
}

/** Share of the plot's width at a distance from the host's left border, in CSS pixels. */
export function shareAtPixel(pixel: number, hostWidth: number): number {
  return (pixel - plotMargins.left) / Math.max(1, hostWidth - plotMargins.left - plotMargins.right);
}

/** Distance from the host's left border, in CSS pixels, of a share of the plot's width. */
export function pixelAtShare(share: number, hostWidth: number): number {
  return plotMargins.left + share * Math.max(1, hostWidth - plotMargins.left - plotMargins.right);
}
