import type { ComparedRun, Metrics, Provenance } from '@shared/contract';
import {
  citation,
  describeFields,
  runSpecSchema,
  secondsOf,
  settingsBlock,
  settingsOf,
  trainCommandLine,
  type RunSpec,
} from '@shared/specs';
import { colourOf, curvesSvg, type ReportChart, type ReportLine } from './curves';
import { escaped, filled } from './html';
import type { ReportLanguage, ReportWords } from './words';

/** What a report says about a run besides its measures. */
export interface RunDetails {
  spec: RunSpec;
  datasetName: string;
  createdAt: string;
  metrics: Metrics;
  provenance: Provenance;
}
type Told = Pick<ComparedRun, 'run' | 'name' | 'step'> & { details: RunDetails };

/** Curves, settings and origin of the runs of a report, as HTML. */
export function detailsHtml(runs: readonly Told[], words: ReportWords, language: ReportLanguage): string {
  return [curves(runs, words, language), settings(runs, words, language), origins(runs, words, language)].join('\n');
}

function curves(runs: readonly Told[], words: ReportWords, language: ReportLanguage): string {
  const lineOf = (name: string): ReportLine[] =>
    runs.flatMap(({ name: label, details: { metrics } }, colour) => {
      const value = metrics.series[name];
      return value ? [{ name: label, colour, isHeldOut: name.startsWith('test/'), step: metrics.step, value }] : [];
    });
  const charts: Omit<ReportChart, 'language'>[] = [
    { title: words.chart.loss, lines: lineOf('loss'), prefersLog: true },
    { title: words.measures.nmse ?? 'NMSE', lines: [...lineOf('nmse'), ...lineOf('test/nmse')], prefersLog: true },
    { title: words.measures.psnr ?? 'PSNR', lines: lineOf('test/psnr'), prefersLog: false },
    {
      title: words.measures.perplexity ?? 'Perplexity',
      lines: [...lineOf('perplexity'), ...lineOf('test/perplexity')],
      prefersLog: false,
    },
  ];
  const figures = charts.flatMap((chart) => {
    const drawn = curvesSvg({ ...chart, language });
    if (!drawn) return [];
    const { notFinite, isSymlog } = drawn.facts;
    const notes = [
      ...(notFinite > 0 ? [filled(words.chart.notFinite, { count: String(notFinite) })] : []),
      ...(isSymlog ? [escaped(words.chart.symlog)] : []),
    ];
    const caption = [escaped(chart.title), ...notes].join(' · ');
    return [`<figure><figcaption>${caption}</figcaption>${drawn.svg}</figure>`];
  });
  if (figures.length === 0) return '';
  const key = runs.map(({ name }, place) => `<span style="color:${colourOf(place)}">■</span> ${escaped(name)}`);
  return `<h2>${escaped(words.chart.title)}</h2>\n<p>${key.join(' &nbsp; ')}</p>\n<p>${escaped(words.chart.dashes)}</p>\n${figures.join('\n')}`;
}

function settings(runs: readonly Told[], words: ReportWords, language: ReportLanguage): string {
  const trees = runs.map(({ details }) => settingsOf(details.spec));
  const labels = new Map(
    runs.flatMap(({ details }) =>
      describeFields(runSpecSchema, details.spec).map(
        ({ path, help }) => [path, help?.label[language] ?? path] as const,
      ),
    ),
  );
  const paths = [...new Set(trees.flatMap((tree) => [...tree.keys()]))];
  const text = (value: unknown): string =>
    value === undefined ? '–' : escaped(Array.isArray(value) ? value.join(', ') : String(value));
  const differs = (path: string): boolean => trees.some((tree) => text(tree.get(path)) !== text(trees[0]?.get(path)));
  const nameOf = (path: string): string => {
    const label = path === 'dataset' ? words.origin.dataset : (labels.get(path) ?? path);
    return label === path ? escaped(path) : `${escaped(label)} <small>${escaped(path)}</small>`;
  };
  const row = (path: string): string =>
    `<tr><th scope="row">${nameOf(path)}</th>${trees.map((tree) => `<td>${text(tree.get(path))}</td>`).join('')}</tr>`;
  const head = `<thead><tr><th scope="col">${escaped(words.settings.setting)}</th>${runs.map(({ name }) => `<th scope="col">${escaped(name)}</th>`).join('')}</tr></thead>`;
  const table = (shown: readonly string[]): string =>
    `<div class="scroll"><table>${head}<tbody>\n${shown.map(row).join('\n')}\n</tbody></table></div>`;
  const different = runs.length > 1 ? paths.filter(differs) : [];
  const difference = different.length > 0 ? table(different) : `<p>${escaped(words.settings.same)}</p>`;
  return [
    ...(runs.length > 1 ? [`<h2>${escaped(words.settings.differ)}</h2>`, difference] : []),
    `<h2>${escaped(words.settings.all)}</h2>`,
    table(paths),
  ].join('\n');
}

function origins(runs: readonly Told[], words: ReportWords, language: ReportLanguage): string {
  return `<h2>${escaped(words.origin.title)}</h2>\n${runs.map((run) => origin(run, words, language)).join('\n')}`;
}

function origin({ run, name, step, details }: Told, words: ReportWords, language: ReportLanguage): string {
  const { spec, datasetName, createdAt, provenance } = details;
  const { sessions, datasetHash, weights } = provenance;
  const seconds = secondsOf(sessions);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const weightsHash = weights.find((one) => one.step === step)?.hash ?? null;
  const hash = (value: string | null): string => (value === null ? words.origin.notRecorded : `sha256:${value}`);
  const each = (say: (session: (typeof sessions)[number]) => string): string =>
    [...new Set(sessions.map(say))].join('; ') || words.origin.notRecorded;
  const model = describeFields(runSpecSchema, spec).find(({ path }) => path === 'model.kind')?.help?.values;
  const cited = citation({
    id: run,
    name,
    model: model?.[spec.model.kind]?.en ?? spec.model.kind,
    dataset: datasetName,
    step,
    seed: spec.training.seed,
    year: createdAt.slice(0, 4),
    tessera: sessions.at(-1)?.versions.tessera ?? null,
    datasetHash,
    weightsHash,
  });
  const rows: [string, string][] = [
    [words.origin.seed, String(spec.training.seed)],
    [words.origin.time, seconds === null ? words.origin.notRecorded : `${number.format(seconds)} s`],
    [
      words.origin.machine,
      each(
        ({ machine }) =>
          `${machine.cpu}, ${machine.cores} × CPU, ${(machine.memoryBytes / 1e9).toFixed(1)} GB, ${machine.system}`,
      ),
    ],
    [words.origin.device, each(({ device, threads }) => `${device}, ${threads}`)],
    [
      words.origin.versions,
      each(
        ({ versions: { tessera, tensorflow, node } }) => `Tessera ${tessera}, TensorFlow ${tensorflow}, Node ${node}`,
      ),
    ],
    [words.origin.dataset, `${datasetName}, ${hash(datasetHash)}`],
    [words.origin.weights, hash(weightsHash)],
  ];
  const list = rows.map(
    ([label, value]) => `<tr><th scope="row">${escaped(label)}</th><td>${escaped(value)}</td></tr>`,
  );
  return `<h3>${escaped(name)}</h3>
<div class="scroll"><table><tbody>
${list.join('\n')}
</tbody></table></div>
<p>${escaped(words.origin.commandLine)}</p>
<pre>${escaped(trainCommandLine(spec))}</pre>
<p>${escaped(words.origin.cite)}</p>
<pre>${escaped(cited.bibtex)}</pre>
<details><summary>${escaped(words.settings.json)}</summary>${settingsBlock.html(JSON.stringify({ name, datasetName, spec }, null, 2))}</details>`;
}
