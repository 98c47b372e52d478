import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { xAxes, type XAxis } from '@/charts';

/** How all charts are looked at, kept for the next visit. */
export const useChartView = defineStore('chart-view', () => {
  const smoothing = useLocalStorage('tessera.charts.smoothing', 0.6);
  const xAxis = useLocalStorage<XAxis>('tessera.charts.x-axis', 'step');
  const logX = useLocalStorage('tessera.charts.log-x', false);
  if (!(smoothing.value >= 0 && smoothing.value <= 0.999)) smoothing.value = 0.6;
  if (!xAxes.includes(xAxis.value)) xAxis.value = 'step';
  return { smoothing, xAxis, logX };
});
