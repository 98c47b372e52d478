/**
 * Charts: `LineChart` draws traces (series of runs), `ParallelChart` many runs over several axes, `BarChart` amounts, `CurveChart` one quantity
 * against another; `MetricTable` holds a run's metrics in growable columns;
 * smoothing, downsampling, zooming, reading and exporting are pure functions beside it. `palette` has the colours of lines
 * and of heat maps. Lines are drawn by ECharts, which only `echarts.ts` names.
 */
export { default as BarChart } from './BarChart.vue';
export { barsHeight, barsOption, type Bar } from './bars';
export { default as CurveChart } from './CurveChart.vue';
export { curvesOption, type Curve } from './curves';
export { default as LineChart } from './LineChart.vue';
export { default as ParallelChart } from './ParallelChart.vue';
export type { ParallelAxis, ParallelLine } from './parallel';
export { lowerBound, nearestIndex } from '@shared/maths';
export { formatValue } from './format';
export { MetricTable, type SeriesView } from './metric-table';
export { fileName } from './file-name';
export { useUndrawnWords } from './note-words';
export { lineColour, lineDash, viridis, viridisColour } from './palette';
export { optionPng } from './picture';
export { useChartTheme, type ChartTheme } from './theme';
export { xAxes, type Trace, type XAxis } from './trace';
