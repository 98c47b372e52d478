import type { MarkLineComponentOption } from 'echarts/components';
import { eventPosition } from './trace';
import { LABEL_SIZE, xScale, type Drawing } from './view';
import { shareOf } from './zoom';

/** Marks of a chart at most, and how far apart two words stand, in CSS pixels: a run that diverged has thousands. */
const MOST_MARKS = 60;
const WORD_WIDTH = 120;

/**
 * Dashed upright lines where series were not finite, for each trace of a drawing; undefined where there are none in sight.
 * Events closer than a few pixels share a line, and a word stands only where there is room for it.
 */
export function eventMarks({
  traces,
  visible,
  view,
  theme,
  width,
  eventLabel,
}: Drawing): (MarkLineComponentOption | undefined)[] {
  const scale = xScale(view);
  const worded: number[] = [];
  const least = 1 / MOST_MARKS;
  return traces.map((trace) => {
    let last = -Infinity;
    const data = trace.events.flatMap((event) => {
      const x = eventPosition(trace, event, view.xAxis);
      const share = shareOf(visible, x, scale);
      if (!(share >= 0 && share <= 1) || share - last < least) return [];
      last = share;
      const hasRoom = worded.every((other) => Math.abs(other - share) * width >= WORD_WIDTH);
      if (hasRoom) worded.push(share);
      return [{ xAxis: scale === 'log' ? Math.log10(x) : x, label: { show: hasRoom } }];
    });
    if (data.length === 0) return undefined;
    return {
      silent: true,
      symbol: ['none', 'triangle'],
      symbolSize: 8,
      animation: false,
      lineStyle: { color: theme.error, type: 'dashed', width: 1 },
      label: { formatter: eventLabel, color: theme.error, fontSize: LABEL_SIZE, position: 'insideEndTop' },
      data,
    };
  });
}
