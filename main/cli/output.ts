import type { AppError } from '@shared/errors';
import type { ProgressReport } from '@shared/contract';
import { durationText } from '@shared/duration';
import { printable, printableJson } from '@shared/printable';
import { wholeNumber } from './format';
import type { Outside } from './outside';

/** One line, or several. A line break inside one comes from a name, and is not printed as such. */
export type Lines = string | readonly string[];

/**
 * A command's output: JSON lines for programs (`--json`), sentences for people. Neither contains control characters.
 */
export interface Output {
  /** One of several intermediate results; null for a reader that doesn't need it. */
  line(object: object | null, text: Lines | null): void;
  /** How far a long request is. */
  progress(report: ProgressReport): void;
  /** The command's result, printed last. */
  result(object: object, text: Lines): void;
  /** A remark on standard error that is no failure. */
  remark(text: Lines): void;
  failure(error: AppError): void;
}

export function createOutput(outside: Outside, json: boolean): Output {
  const remark = (text: Lines): void => outside.complain(joined(text));
  if (json) {
    const print = (object: object): void => outside.print(printableJson(object));
    return {
      line: (object) => object && print(object),
      progress: (progress) => print({ progress }),
      result: print,
      remark,
      failure: ({ code, message, hint }) => print({ error: { code, message, hint } }),
    };
  }
  const say = (text: Lines): void => {
    outside.progress('');
    outside.print(joined(text));
  };
  return {
    line: (_object, text) => text !== null && say(text),
    progress: (report) => outside.progress(printable(progressText(report))),
    result: (_object, text) => say(text),
    remark,
    failure: ({ code, message, hint }) => {
      outside.progress('');
      outside.complain(printable(code === 'CANCELLED' ? message : `error: ${message}`));
      if (hint) outside.complain(printable(hint));
    },
  };
}

const joined = (text: Lines): string => (typeof text === 'string' ? [text] : text).map(printable).join('\n');

function progressText({ phase, done, total, skipped, secondsLeft }: ProgressReport): string {
  const share = total ? ` ${Math.floor((100 * done) / total)} %` : '';
  const left = secondsLeft === null ? '' : `, ${durationText(secondsLeft)} left`;
  return `${phase}${share}: ${wholeNumber(done)}${total === null ? '' : ` of ${wholeNumber(total)}`}${skipped ? `, ${wholeNumber(skipped)} skipped` : ''}${left}`;
}
