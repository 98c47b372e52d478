import { markRaw, onBeforeUnmount, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { EChartsCoreOption } from 'echarts/core';
import { init, type EChartsType } from './echarts';

/** Size of a chart's host in CSS pixels. */
export interface HostSize {
  width: Ref<number>;
  height: Ref<number>;
}

/** Keeps an ECharts instance in `host` that shows `option`, redrawn at most once a frame and without animation. */
export function useChart(
  host: Ref<HTMLElement | null>,
  { width, height }: HostSize,
  option: ComputedRef<EChartsCoreOption | null>,
): void {
  const chart = shallowRef<EChartsType | null>(null);
  let frame = 0;

  const draw = (): void => {
    frame = 0;
    const element = host.value;
    if (!element || width.value === 0 || height.value === 0) return;
    chart.value ??= markRaw(init(element, null, { renderer: 'canvas' }));
    if (chart.value.getWidth() !== width.value || chart.value.getHeight() !== height.value) chart.value.resize();
    if (option.value === null) chart.value.clear();
    else chart.value.setOption(option.value, { notMerge: true, silent: true });
  };
  const schedule = (): void => {
    frame ||= requestAnimationFrame(draw);
  };

  watch([option, width, height], schedule, { immediate: true, flush: 'post' });
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame);
    chart.value?.dispose();
  });
}
