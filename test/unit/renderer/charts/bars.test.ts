import { describe, expect, it } from 'vitest';
import { barsOption, reach, type Bar } from '@/charts/bars';
import { curvesOption, undrawn, type Curve } from '@/charts/curves';
import { gapped, parallelOption } from '@/charts/parallel';

const theme = {
  name: 'light',
  text: '#000',
  muted: '#555',
  border: '#ddd',
  background: '#fff',
  error: '#f00',
  fontFamily: 'sans-serif',
} as const;

describe('bars', () => {
  it('have an axis that ends where most of them do', () => {
    expect(reach([24, 0.56, 0.55, 0.52, 0.66, 0.84, 17.5])).toBe(0.84);
    expect(reach([3, 1, 2])).toBe(3);
    expect(reach([5])).toBe(5);
    expect(reach([])).toBe(0);
  });

  it('are cut where they are far longer, and still say their value', () => {
    const bar = (name: string, value: number): Bar => ({ name, value, text: String(value), colour: 0 });
    const option = barsOption({
      bars: [bar('raw', 24), bar('codes', 0.5), bar('prior', 0.4)],
      axis: 'bits per pixel',
      theme,
      locale: 'en',
      width: 600,
    });
    const [series] = [option.series].flat() as {
      data: { value: number; label: { formatter: string; position: string } }[];
    }[];
    const { max } = option.xAxis as { max: number };
    const [raw, codes] = series!.data;
    expect(raw!.value).toBeGreaterThan(max);
    expect(raw!.value).toBeLessThan(24);
    expect(raw!.label).toMatchObject({ formatter: '24', position: 'insideLeft' });
    expect(codes!.value).toBe(0.5);
    expect(codes!.label).toMatchObject({ formatter: '0.5', position: 'right' });
  });

  it('reach below 0, and say in words what is not finite', () => {
    const bar = (name: string, value: number): Bar => ({ name, value, text: String(value), colour: 0 });
    const bars = [bar('less', -2), bar('more', 1), bar('none', NaN)];
    const option = barsOption({ bars, axis: 'nats', theme, locale: 'en', width: 600 });
    const [series] = [option.series].flat() as { data: { value: number; label: { formatter: string } }[] }[];
    expect((option.xAxis as { min: number }).min).toBeLessThanOrEqual(-2);
    expect(series!.data.map(({ value }) => value)).toEqual([-2, 1, 0]);
    expect(series!.data[2]!.label.formatter).toBe('NaN');
  });
});

describe('parallel coordinates', () => {
  it('keep every value, by factors only where all are above 0, and count the lines with a gap', () => {
    const line = (id: string, ...values: (number | null)[]) => ({ id, values, rank: null, isChosen: false });
    const lines = [line('a', 0, 1), line('b', 100, NaN), line('c', 1, 2)];
    const axes = [
      { name: 'weight', log: true },
      { name: 'NMSE', log: false },
    ];
    const { parallelAxis } = parallelOption({ axes, lines, theme, locale: 'en' }) as {
      parallelAxis: { type: string }[];
    };
    expect(parallelAxis.map(({ type }) => type)).toEqual(['value', 'value']);
    expect(gapped(lines)).toBe(1);
  });
});

describe('curves', () => {
  it('lie on an axis of doublings that holds all of them, upright lines as well', () => {
    const option = curvesOption({
      curves: [
        {
          name: 'JPEG',
          colour: 1,
          isMark: false,
          points: [
            { x: 0.3, y: 20, text: 'q 1' },
            { x: 3, y: 40, text: 'q 90' },
          ],
        },
      ],
      uprights: [{ x: 17.5, name: 'PNG' }],
      xName: 'bits per pixel',
      yName: 'PSNR, dB',
      theme,
      locale: 'en',
      notes: [],
    });
    expect(option.xAxis).toMatchObject({ type: 'log', logBase: 2, min: 0.25, max: 32, name: 'bits per pixel' });
    expect(option.yAxis).toMatchObject({ name: 'PSNR, dB' });
  });

  it('leave out only what has no place, and tell whose it is', () => {
    const curve = (name: string, ys: number[]): Curve => ({
      name,
      colour: 0,
      isMark: false,
      points: ys.map((y, i) => ({ x: i + 1, y, text: '' })),
    });
    const curves = [curve('JPEG', [-1e31, 20, Infinity]), curve('WebP', [NaN])];
    expect(undrawn(curves)).toEqual([
      { name: 'JPEG', count: 1 },
      { name: 'WebP', count: 1 },
    ]);
    const option = curvesOption({ curves, uprights: [], xName: '', yName: '', theme, locale: 'en', notes: ['a word'] });
    const { min, max } = option.yAxis as { min: number; max: number };
    expect([min, max].every(Number.isFinite)).toBe(true);
    expect(min).toBeLessThanOrEqual(-1e31);
    expect(option.title).toMatchObject({ subtext: 'a word' });
  });
});
