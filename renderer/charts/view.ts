import { chooseScale, joinSpreads, type AxisScale, type ScaleChoice } from '@shared/maths';
import type { Range, Scale } from '@shared/maths';
import type { ChartTheme } from './theme';
import { spreadOfTrace, type Trace, type XAxis } from './trace';

/** How a chart is looked at. */
export interface ChartView {
  xAxis: XAxis;
  /** Weight of the moving average, 0 to 0.999. */
  smoothing: number;
  logX: boolean;
  /** How values are laid along the vertical axis. */
  scale: ScaleChoice;
  /** Whether `auto` is logarithmic where the values allow it, as a loss is read best. */
  prefersLog: boolean;
  /** Whether a linear vertical axis reaches to 0. */
  fromZero: boolean;
}
export const defaultView: ChartView = {
  xAxis: 'step',
  smoothing: 0.6,
  logX: false,
  scale: 'auto',
  prefersLog: false,
  fromZero: false,
};

export interface Drawing {
  traces: readonly Trace[];
  view: ChartView;
  /** The part of the horizontal axis that is shown. */
  visible: Range;
  /** Width of the plot in CSS pixels: at most two points are drawn for each. */
  width: number;
  theme: ChartTheme;
  locale: string;
  /** Tells the events apart from the line for those who hear the chart or see no colour. */
  eventLabel: string;
}

/** Size of the words at axes, CSS pixels. */
export const LABEL_SIZE = 11;

/** On a logarithmic axis only positive places exist, and the clock has no zero worth a logarithm. */
export const xScale = (view: ChartView): Scale => (view.logX && view.xAxis !== 'wall' ? 'log' : 'linear');

/** The scale of the vertical axis: by all values of all traces, so that zooming doesn't change it. */
export function yScale(traces: readonly Trace[], { scale, prefersLog }: ChartView): AxisScale {
  return chooseScale(joinSpreads(traces.map(spreadOfTrace)), scale, prefersLog);
}
