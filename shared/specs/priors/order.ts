import { z } from 'zod';
import { described } from '../field';

/** In which order a prior that goes code by code takes the cells of a grid. */
export const orderField = described(z.enum(['raster', 'z-curve', 'spiral']).default('raster'), {
  label: { en: 'Order', 'zh-CN': '顺序' },
  help: {
    en: 'In which order the codes of a grid are drawn: row by row, along a Z-shaped curve, or from the middle outwards.',
    'zh-CN': '网格中各码的绘制顺序：逐行、沿 Z 形曲线，或由中心向外。',
  },
  values: {
    raster: { en: 'Row by row', 'zh-CN': '逐行' },
    'z-curve': { en: 'Z-curve', 'zh-CN': 'Z 形曲线' },
    spiral: { en: 'Spiral, outwards', 'zh-CN': '螺旋向外' },
  },
});
