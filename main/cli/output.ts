import type { AppError } from '@shared/errors';
import type { ProgressReport } from '@shared/contract';
import { duration, wholeNumber } from './format';
import type { Outside } from './outside';

/** What a command says: JSON lines for programs (`--json`), sentences for people. */
export interface Output {
  /** One of several lines on the way; null where one of the two readers has no use for it. */
  line(object: object | null, text: string | null): void;
  /** How far a long request is. */
  progress(report: ProgressReport): void;
  /** What the command found; the last line. */
  result(object: object, text: string): void;
  failure(error: AppError): void;
}

export function createOutput(outside: Outside, json: boolean): Output {
  if (json) {
    const print = (object: object): void => outside.print(JSON.stringify(object));
    return {
      line: (object) => object && print(object),
      progress: (progress) => print({ progress }),
      result: print,
      failure: ({ code, message, hint }) => print({ error: { code, message, hint } }),
    };
  }
  const say = (text: string): void => {
    outside.progress('');
    outside.print(text);
  };
  return {
    line: (_object, text) => text !== null && say(text),
    progress: (report) => outside.progress(progressText(report)),
    result: (_object, text) => say(text),
    failure: ({ message, hint }) => {
      outside.progress('');
      outside.complain(`error: ${message}`);
      if (hint) outside.complain(hint);
    },
  };
}

function progressText({ phase, done, total, skipped, secondsLeft }: ProgressReport): string {
  const share = total ? ` ${Math.floor((100 * done) / total)} %` : '';
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  return `${phase}${share}: ${wholeNumber(done)}${total === null ? '' : ` of ${wholeNumber(total)}`}${skipped ? `, ${wholeNumber(skipped)} skipped` : ''}${left}`;
}
