import { bestOf, valuesOf, type Comparison } from '@shared/contract';
import { csvText } from '@shared/formats';
import { detailsHtml, type RunDetails } from './details';
import { escaped, filled } from './html';
import { measureName, reportWords, type ReportLanguage } from './words';

export interface ReportOptions {
  language: ReportLanguage;
  /** PNG of each row of the sheet: the originals, then each run's reconstructions. */
  rows: readonly Uint8Array[];
  madeAt: Date;
  /** Details of each run, in the order of the runs. */
  details: readonly RunDetails[];
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1c1c1e; background: #fff }
.scroll { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .4rem .75rem; border-bottom: 1px solid #d8d8dc; text-align: end; font-variant-numeric: tabular-nums }
th:first-child { text-align: start } tbody th { font-weight: normal }
figure { margin: 1rem 0 } figcaption { color: #55555c; margin-bottom: .25rem }
img { max-width: 100%; image-rendering: pixelated }
small, pre { color: #55555c } pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f6; padding: .5rem }
footer { color: #55555c; margin-top: 2rem }`;

/**
 * Writes a comparison as one self-contained HTML page: pictures are embedded, and the page's own policy lets it load
 * and run nothing. All names are escaped.
 */
export function comparisonReport(
  { runs, measures, datasetName, split, names }: Omit<Comparison, 'id' | 'path' | 'files'>,
  { language, rows, madeAt, details }: ReportOptions,
): string {
  const words = reportWords[language];
  const title = runs.length === 1 ? words.ofOne : words.title;
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const whole = new Intl.NumberFormat(language);
  const cells = (values: readonly string[]) => values.map((value) => `<td>${value}</td>`).join('');
  const line = (name: string, values: readonly string[]) =>
    `<tr><th scope="row">${escaped(name)}</th>${cells(values)}</tr>`;
  const lines = [
    line(
      words.model,
      runs.map(({ model }) => escaped(model)),
    ),
    line(
      words.step,
      runs.map(({ step }) => whole.format(step)),
    ),
    ...measures.map((measure) => {
      const best = bestOf(runs, measure);
      const values = runs.map((run, place) => {
        const value = valuesOf(run)[measure];
        const shown = typeof value === 'number' ? number.format(value) : '–';
        return best.includes(place) ? `<strong>${shown}</strong>` : shown;
      });
      return line(measureName(words, measure), values);
    }),
  ];
  const captions = [words.originals, ...runs.map(({ name }) => name)];
  const figures = rows.map((png, row) => {
    const caption = escaped(captions[row] ?? '');
    const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    const tip = row === 0 ? ` title="${escaped(names.join(', '))}"` : '';
    return `<figure><figcaption>${caption}</figcaption><img alt="${caption}"${tip} src="${source}"></figure>`;
  });
  const about = filled(runs.length === 1 ? words.aboutOne : words.about, {
    dataset: datasetName,
    split: words.splits[split],
    items: whole.format(runs[0]?.evaluation.items ?? 0),
  });
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${about}</p>
<div class="scroll"><table>
<thead><tr><th scope="col">${escaped(words.run)}</th>${runs.map(({ name }) => `<th scope="col">${escaped(name)}</th>`).join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></div>
${runs.length === 1 ? '' : `<p>${escaped(words.best)}</p>`}
<h2>${escaped(words.sheet)}</h2>
${figures.join('\n')}
${detailsHtml(
  runs.map((run, place) => ({ ...run, details: details[place]! })),
  words,
  language,
)}
<footer>${filled(words.made, { date: madeAt.toISOString().slice(0, 10) })}</footer>
</body>
</html>
`;
}

/** Columns that come before the measures. */
const LEADING = ['run', 'name', 'model', 'dataset', 'split', 'items', 'step'] as const;

/** Writes a comparison as CSV: one line per run, with an empty cell for a measure that the run lacks. */
export function comparisonCsv({ runs, measures, dataset, split }: Omit<Comparison, 'id' | 'path' | 'files'>): string {
  const lines = runs.map((one) => {
    const values = valuesOf(one);
    const { run, name, model, step, evaluation } = one;
    return [run, name, model, dataset, split, evaluation.items, step, ...measures.map((measure) => values[measure])];
  });
  return csvText([[...LEADING, ...measures], ...lines]);
}
