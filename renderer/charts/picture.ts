import type { EChartsCoreOption } from 'echarts/core';
import { init } from './echarts';
import { chartOption, plotLeft, type ChartOption } from './option';
import type { Drawing } from './view';

/** What stands around the plot in an exported picture, which must explain itself without the page. */
export interface PictureLabels {
  title: string;
  xName: string;
  yName: string;
  /** What the chart leaves out, in words. */
  notes: readonly string[];
}

const WIDTH = 960;
const HEIGHT = 480;
const PIXEL_RATIO = 2;
const LEGEND_ROW = 22;
const LEGEND_ITEM_WIDTH = 210;
const NOTE_LINE = 16;
/** Between the words of the vertical axis and its name, CSS pixels. */
const NAME_GAP = 26;

/** The chart with title, legend and axis names, as it is exported. */
export function pictureOption(drawing: Drawing, labels: PictureLabels): ChartOption {
  const option = chartOption({ ...drawing, width: WIDTH });
  const { theme } = drawing;
  const notes = labels.notes.length * NOTE_LINE;
  const left = Math.max(84, plotLeft(option) + NAME_GAP);
  const rows = Math.ceil((drawing.traces.length * LEGEND_ITEM_WIDTH) / WIDTH);
  const name = { nameLocation: 'middle' as const, nameTextStyle: { color: theme.text, fontSize: 12 } };
  return {
    ...option,
    backgroundColor: theme.background,
    title: {
      text: labels.title,
      left: 16,
      top: 12,
      textStyle: { color: theme.text, fontSize: 15, fontFamily: theme.fontFamily },
      subtext: labels.notes.join('\n'),
      itemGap: 6,
      subtextStyle: { color: theme.muted, fontSize: 12, lineHeight: NOTE_LINE, fontFamily: theme.fontFamily },
    },
    legend: {
      left: 16,
      top: 38 + notes,
      width: WIDTH - 32,
      itemWidth: 22,
      itemHeight: 3,
      textStyle: { color: theme.text },
      data: [...new Set(drawing.traces.map((trace) => trace.label))],
    },
    grid: { left, right: 28, top: 48 + notes + rows * LEGEND_ROW, bottom: 54 },
    xAxis: { ...option.xAxis, name: labels.xName, nameGap: 30, ...name } as ChartOption['xAxis'],
    yAxis: { ...option.yAxis, name: labels.yName, nameGap: left - NAME_GAP, ...name } as ChartOption['yAxis'],
  };
}

/** The chart as an SVG document, drawn without a page. */
export function chartSvg(drawing: Drawing, labels: PictureLabels): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption(pictureOption(drawing, labels));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** The chart as a PNG file, two pixels for each of the SVG's. */
export const chartPng = (drawing: Drawing, labels: PictureLabels): Promise<Uint8Array> =>
  optionPng(pictureOption(drawing, labels), { width: WIDTH, height: HEIGHT, background: drawing.theme.background });

/** Whatever a chart is told as a PNG file, two pixels for each of its own. */
export async function optionPng(
  option: EChartsCoreOption,
  { width, height, background }: { width: number; height: number; background: string },
): Promise<Uint8Array> {
  const host = document.createElement('div');
  const chart = init(host, null, { renderer: 'canvas', width, height, devicePixelRatio: PIXEL_RATIO });
  try {
    chart.setOption({ ...option, backgroundColor: background });
    const canvas = chart.renderToCanvas({ pixelRatio: PIXEL_RATIO, backgroundColor: background });
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('This browser could not write a PNG of the chart.');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    chart.dispose();
  }
}
