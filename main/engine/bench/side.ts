import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '@shared/errors';

/** One side of a comparison: a process that measures on request and does nothing else. */
export interface Side {
  /** Measures one more round; values in the bench's unit. */
  round(): Promise<number[]>;
  readonly memory: Memory;
  close(): Promise<void>;
}

/** Memory in bytes: the peak resident size so far, libraries included, and the private size now. */
export interface Memory {
  resident: number;
  private: number;
}

/** What a side prints: one line once it is ready, then one line for each line that it is sent. */
interface Answer {
  values?: number[];
  memory?: Memory;
  error?: string;
}

/** Number of characters kept of its error output, to be shown if it fails. */
const COMPLAINT_LENGTH = 4000;

/** Starts a side and waits until it is ready. Anything it prints that isn't an answer is ignored. */
export async function startSide(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Side> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
  const answers: Answer[] = [];
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-COMPLAINT_LENGTH)));
  let wake: () => void = () => undefined;
  let over: string | null = null;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = parse(line);
    if (answer) answers.push(answer);
    wake();
  });
  const ended = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      over ??= reason;
      wake();
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code) => end(`exit code ${code ?? 'unknown'}`));
  });
  child.stdin.on('error', () => undefined); // reported through `ended`

  let memory: Memory = { resident: 0, private: 0 };
  const next = async (): Promise<number[]> => {
    while (answers.length === 0 && over === null) await new Promise<void>((resolve) => (wake = resolve));
    const answer = answers.shift();
    if (!answer || answer.error !== undefined) {
      throw new AppError('ENGINE_LOST', `A measurement ended early: ${answer?.error ?? over ?? ''}.`, complaints);
    }
    memory = answer.memory ?? memory;
    return answer.values ?? [];
  };
  const close = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  try {
    await next();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    round: () => {
      child.stdin.write('round\n');
      return next();
    },
    get memory() {
      return memory;
    },
    close,
  };
}

function parse(line: string): Answer | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return null;
  }
}
