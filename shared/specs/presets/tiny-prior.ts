/** What the smallest preset of a prior over codes is called, and for whom it is. */
export const tinyPrior = {
  label: { en: 'Tiny', 'zh-CN': '极小' },
  help: {
    en: 'Learns in a minute or two on a CPU; for small grids of codes, lessons and first tries.',
    'zh-CN': '在 CPU 上一两分钟内学会；适合小的码网格、课堂和初次尝试。',
  },
};
