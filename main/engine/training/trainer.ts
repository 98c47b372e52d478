import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type ErrorData, asAppError } from '@shared/errors';
import { type RunManifest, type RunStatus, runFolder } from '@shared/specs';
import { replaceFile } from '../../files';
import { type Journal, type JournalListener, openJournal } from './journal';
import { hintFor, requireFinite } from './not-finite';
import { explainMemory } from './out-of-memory';
import { createPace } from './pace';
import { takeRun } from './run-files';
import { listCheckpoints, readRun, updateRun } from '../../run-files';
import { type SessionRecord, recordSession } from './session-record';
import { type Lap, type Stopwatch, createStopwatch } from './stopwatch';
import { openSession } from './open-session';
import type { Batches, TrainingSession } from './session-types';
import { type StepResult, meanOfBatches } from './train-step';

export interface TrainerStatus {
  status: RunStatus;
  step: number;
  secondsLeft: number | null;
  memoryBytes: number;
  itemsPerSecond: number;
  failure: Pick<ErrorData, 'code' | 'message' | 'hint'> | null;
}

export interface TrainerOptions extends JournalListener {
  runDirectory: string;
  datasetDirectory: string;
  /** At changes of status, and about once a second. */
  onStatus?(status: TrainerStatus): void;
}

export interface TrainingOutcome {
  status: 'finished' | 'stopped' | 'failed';
  step: number;
  failure: TrainerStatus['failure'];
}

const STATUS_EVERY_MS = 1000;

/**
 * Opens a run for training: takes its lock, builds and captures its program, and restores its newest checkpoint, if it
 * has one; what was written after that is dropped.
 * @throws NOT_FOUND, BAD_FILE, BAD_REQUEST for run or dataset; CONFLICT if another process trains the run
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { runDirectory, datasetDirectory } = options;
  const manifest = readRun(runDirectory);
  const release = takeRun(runDirectory);
  let session: TrainingSession | undefined;
  try {
    session = await openSession(manifest, { runDirectory, datasetDirectory });
    const journal = openJournal(runDirectory, manifest, session, options);
    return new Trainer(options, manifest, session, journal, release);
  } catch (thrown) {
    session?.dispose();
    release();
    throw explainMemory(thrown, 'Building the model');
  }
}

/**
 * One run being trained. `run` is its loop; the other calls may come at any time and take effect between two steps.
 * Whatever can't be written ends it as failed, with DISK or DENIED: its last checkpoint stays, and is what it goes on
 * from.
 */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #model: RunManifest['spec']['model'];
  readonly #training: RunManifest['spec']['training'];
  readonly #session: TrainingSession;
  readonly #journal: Journal;
  readonly #batches: Batches;
  readonly #release: () => void;
  readonly #pace: ReturnType<typeof createPace>;
  readonly #watch: Stopwatch;
  readonly #abort = new AbortController();
  #step: number;
  #wish: 'go' | 'pause' | 'stop' = 'go';
  #wake: () => void = () => undefined;
  #pausing: ((at: { step: number }) => void)[] = [];
  #saving: { resolve(at: { step: number }): void; reject(error: unknown): void }[] = [];
  #defect: { thrown: unknown } | null = null;
  #running: Promise<TrainingOutcome> | undefined;
  #ended = false;
  #record: SessionRecord | undefined;
  #reportedAt = 0;

  /** Use `createTrainer`. */
  constructor(
    options: TrainerOptions,
    { spec }: RunManifest,
    session: TrainingSession,
    journal: Journal,
    release: () => void,
  ) {
    this.#options = options;
    this.#model = spec.model;
    this.#training = spec.training;
    this.#session = session;
    this.#journal = journal;
    this.#release = release;
    this.#step = journal.startStep;
    this.#pace = createPace(spec.training.batch * spec.training.accumulate);
    this.#watch = createStopwatch({ trace: spec.training.profile });
    this.#batches = session.batchesFrom(this.#step + 1);
  }

  /** Updates done so far. */
  get step(): number {
    return this.#step;
  }

  /** Seconds that steps waited for data since this trainer was opened. */
  get waited(): number {
    return this.#batches.waited;
  }

  /** Trains until the last step, a `stop` or a failure; doesn't throw for what goes wrong while it trains. */
  run(): Promise<TrainingOutcome> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Halts after the step under way, with a checkpoint; answers then. */
  pause(): Promise<{ step: number }> {
    if (!this.#running || this.#ended || this.#wish === 'stop') return Promise.resolve({ step: this.#step });
    this.#wish = 'pause';
    return new Promise((resolve) => this.#pausing.push(resolve));
  }

  resume(): void {
    if (this.#wish === 'pause') this.#wish = 'go';
    this.#wake();
  }

  /** Writes a checkpoint after the step under way; answers then. Nothing is written while it doesn't train. */
  save(): Promise<{ step: number }> {
    if (!this.#running || this.#ended || this.#wish !== 'go') return Promise.resolve({ step: this.#step });
    return new Promise((resolve, reject) => this.#saving.push({ resolve, reject }));
  }

  /** Ends the loop as `stop` does, with a checkpoint, and the run as failed: something outside the loop went wrong. */
  async fail(thrown: unknown): Promise<void> {
    this.#defect ??= { thrown };
    await this.stop();
  }

  /**
   * Ends the loop after the step under way, with a checkpoint. An evaluation under way is given up; it is made up for
   * when the run is continued.
   */
  async stop(): Promise<{ step: number }> {
    this.#wish = 'stop';
    this.#abort.abort();
    this.#wake();
    await this.#running;
    return { step: this.#step };
  }

  /** Ends the loop if it still runs, and frees everything. */
  async dispose(): Promise<void> {
    await this.stop();
    this.#watch.close();
    attempt(() => this.#journal.close());
    await this.#batches.close();
    this.#session.dispose();
    attempt(this.#release);
  }

  async #run(): Promise<TrainingOutcome> {
    try {
      this.#record = recordSession(this.#options.runDirectory, this.#step);
      this.#record.write(this.#step);
      this.#setStatus('running');
      const status = await this.#loop();
      this.#journal.flush();
      if (this.#defect) throw this.#defect.thrown;
      this.#setStatus(status);
      return { status, step: this.#step, failure: null };
    } catch (thrown) {
      const { code, message, hint } = asAppError(explainMemory(hintFor(this.#model, thrown), 'Training'));
      const failure = { code, message, hint };
      attempt(() => this.#journal.flush());
      attempt(() => this.#setStatus('failed', failure));
      return { status: 'failed', step: this.#step, failure };
    } finally {
      attempt(() => this.#record?.write(this.#step));
      this.#ended = true;
      attempt(() => this.#writeTrace());
      this.#answerPauses();
      for (const { resolve } of this.#saving.splice(0)) resolve({ step: this.#step });
    }
  }

  async #loop(): Promise<'finished' | 'stopped'> {
    if (this.#step === 0) {
      if (!(await this.#prepare())) return 'stopped';
      await this.#preview();
    }
    if (this.#owesEvaluation()) this.#checkpoint(await this.#evaluate());
    while (this.#step < this.#training.steps) {
      if (this.#wish === 'stop') {
        this.#checkpoint(false);
        return 'stopped';
      }
      if (this.#wish === 'pause') {
        await this.#rest();
        continue;
      }
      await this.#oneStep();
      await this.#afterStep();
      if (this.#saving.length > 0) this.#answerSaves();
      if (performance.now() - this.#reportedAt >= STATUS_EVERY_MS) this.#report('running');
      // Lets requests in: pause, stop, a ping.
      await setImmediate();
    }
    return this.#owesEvaluation() ? 'stopped' : 'finished';
  }

  /**
   * Returns false if a stop interrupted it: there is nothing to checkpoint, and continuing the run prepares again.
   */
  async #prepare(): Promise<boolean> {
    try {
      await this.#watch.whileAwaiting('prepare', () => this.#session.prepare({ signal: this.#abort.signal }));
      return true;
    } catch (thrown) {
      if (this.#abort.signal.aborted) return false;
      throw thrown;
    }
  }

  async #oneStep(): Promise<void> {
    const since = performance.now();
    const results: StepResult[] = [];
    for (let part = 0; part < this.#training.accumulate; part++) {
      const batch = await this.#watch.whileAwaiting('wait for data', () => this.#batches.next());
      results.push(this.#watch.during('compute', () => this.#session.trainStep.run(batch, this.#step + 1, part)));
      this.#batches.recycle(batch);
    }
    const result = meanOfBatches(results);
    this.#step += 1;
    this.#pace.add((performance.now() - since) / 1000);
    const values = this.#valuesOf(result, this.#watch.lap());
    this.#watch.during('metrics', () => this.#journal.record(this.#step, values));
    requireFinite(this.#step, result, () => listCheckpoints(this.#options.runDirectory).steps.at(-1));
  }

  /** What is due at this step besides the update. */
  async #afterStep(): Promise<void> {
    const { evaluateEvery, previewEvery, checkpointEvery } = this.#training;
    const isBest = this.#isDue(evaluateEvery) && (await this.#evaluate());
    if (this.#isDue(previewEvery)) await this.#preview();
    if (this.#isDue(checkpointEvery) || isBest) this.#checkpoint(isBest);
  }

  #preview(): Promise<void> {
    return this.#watch.whileAwaiting('preview', () => this.#journal.preview(this.#step));
  }

  #checkpoint(isBest: boolean): void {
    this.#watch.during('checkpoint', () => this.#journal.checkpoint(this.#step, isBest));
    this.#record?.write(this.#step);
    this.#writeTrace();
  }

  #writeTrace(): void {
    const trace = this.#watch.trace();
    if (trace !== null) replaceFile(path.join(this.#options.runDirectory, runFolder.trace), trace);
  }

  #isDue(every: number): boolean {
    return this.#step > 0 && (this.#step % every === 0 || this.#step === this.#training.steps);
  }

  /** Whether the evaluation due at this step was given up for a stop. */
  #owesEvaluation(): boolean {
    return (
      this.#session.heldOut > 0 &&
      this.#isDue(this.#training.evaluateEvery) &&
      this.#journal.evaluatedStep() !== this.#step
    );
  }

  /**
   * Returns whether the held-out score is the lowest so far; false as well if there is nothing held out, or on a stop.
   */
  async #evaluate(): Promise<boolean> {
    if (this.#session.heldOut === 0) return false;
    // It may take long, and readers of the file shouldn't wait for it.
    this.#journal.flush();
    try {
      const { evaluation, counts } = await this.#watch.whileAwaiting('evaluation', () =>
        this.#session.evaluate(this.#step, { signal: this.#abort.signal }),
      );
      return this.#journal.recordEvaluation(evaluation, counts);
    } catch (thrown) {
      if (this.#abort.signal.aborted) return false;
      throw thrown;
    }
  }

  async #rest(): Promise<void> {
    this.#checkpoint(false);
    this.#setStatus('paused');
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    this.#answerPauses();
    this.#record?.pause();
    if (this.#wish === 'pause') await woken;
    this.#record?.resume();
    this.#wake = () => undefined;
    if (this.#wish === 'go') this.#setStatus('running');
  }

  #answerPauses(): void {
    for (const answer of this.#pausing.splice(0)) answer({ step: this.#step });
  }

  /** Nobody who asked for a checkpoint fails the run: it goes on without. */
  #answerSaves(): void {
    const asked = this.#saving.splice(0);
    try {
      this.#checkpoint(false);
      for (const { resolve } of asked) resolve({ step: this.#step });
    } catch (thrown) {
      for (const { reject } of asked) reject(thrown);
    }
  }

  #valuesOf({ loss, terms, metrics, gradientNorm }: StepResult, lap: Lap): Record<string, number> {
    const named = Object.entries(terms).map(([name, value]) => [`loss/${name}`, value] as const);
    return {
      loss,
      ...Object.fromEntries(named),
      ...metrics,
      ...(gradientNorm === undefined ? {} : { 'gradient-norm': gradientNorm }),
      ...this.#session.trainStep.scheduledAt(this.#step),
      'items-per-second': this.#pace.itemsPerSecond(),
      memory: process.memoryUsage.rss(),
      ...lap,
    };
  }

  #setStatus(status: RunStatus, failure: TrainerStatus['failure'] = null): void {
    try {
      updateRun(this.#options.runDirectory, { status, step: this.#step, failure });
    } finally {
      this.#report(status, failure);
    }
  }

  #report(status: RunStatus, failure: TrainerStatus['failure'] = null): void {
    this.#reportedAt = performance.now();
    this.#options.onStatus?.({
      status,
      step: this.#step,
      secondsLeft: this.#pace.secondsFor(this.#training.steps - this.#step),
      memoryBytes: process.memoryUsage.rss(),
      itemsPerSecond: this.#pace.itemsPerSecond(),
      failure,
    });
  }
}

/** For what is done last, whether or not it succeeds: on a full disk it may not, and the run log says so. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (thrown) {
    console.error(asAppError(thrown).message);
  }
}
