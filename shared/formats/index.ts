/** Files that both sides write: `csv`, text in a PNG (`png-text`). */
export { csvField, csvText, type CsvValue } from './csv';
export { withPngText } from './png-text';
