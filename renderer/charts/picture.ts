import type { EChartsCoreOption } from 'echarts/core';
import { init } from './echarts';
import { chartOption, type ChartOption, type Drawing } from './option';

/** What stands around the plot in an exported picture, which must explain itself without the page. */
export interface PictureLabels {
  title: string;
  xName: string;
  yName: string;
}

const WIDTH = 960;
const HEIGHT = 480;
const PIXEL_RATIO = 2;
const LEGEND_ROW = 22;
const LEGEND_ITEM_WIDTH = 210;

/** The chart with title, legend and axis names, as it is exported. */
export function pictureOption(drawing: Drawing, labels: PictureLabels): ChartOption {
  const option = chartOption({ ...drawing, width: WIDTH });
  const { theme } = drawing;
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
    },
    legend: {
      left: 16,
      top: 38,
      width: WIDTH - 32,
      itemWidth: 22,
      itemHeight: 3,
      textStyle: { color: theme.text },
      data: [...new Set(drawing.traces.map((trace) => trace.label))],
    },
    grid: { left: 84, right: 28, top: 48 + rows * LEGEND_ROW, bottom: 54 },
    xAxis: { ...option.xAxis, name: labels.xName, nameGap: 30, ...name } as ChartOption['xAxis'],
    yAxis: { ...option.yAxis, name: labels.yName, nameGap: 58, ...name } as ChartOption['yAxis'],
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
