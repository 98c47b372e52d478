/**
 * What would move a terminal's cursor, colour or title, or turn the order of letters: C0, C1, bidi controls, line
 * separators.
 */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * One line for a terminal or a log: names of files, datasets, runs and classes are anybody's, so what controls is shown
 * as �.
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

/** An object as one line of JSON, with what controls a terminal escaped as well. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    CONTROLS,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
