export const setUpPhases = ['wait', 'download', 'unpack', 'compile', 'check', 'done'] as const;
export type SetUpPhase = (typeof setUpPhases)[number];

/** Progress of the set-up. `totalBytes` and `secondsLeft` are null where they aren't known. */
export interface SetUpProgress {
  phase: SetUpPhase;
  /** What is being worked on: a wheel, a file. */
  item: string;
  bytes: number;
  totalBytes: number | null;
  secondsLeft: number | null;
}

const titles: Record<SetUpPhase, string> = {
  wait: 'Waiting for',
  download: 'Downloading',
  unpack: 'Unpacking',
  compile: 'Compiling',
  check: 'Checking',
  done: 'Ready:',
};

/** Formats progress as one line, such as `Downloading tensorflow-cpu 2.21.0  120 of 274 MB, 35 s left`. */
export function progressLine({ phase, item, bytes, totalBytes, secondsLeft }: SetUpProgress): string {
  const megabytes = (count: number) => Math.round(count / 1e6);
  const amount =
    totalBytes === null
      ? bytes > 0
        ? `${megabytes(bytes)} MB`
        : ''
      : `${megabytes(bytes)} of ${megabytes(totalBytes)} MB`;
  const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `${titles[phase]} ${item}${amount === '' ? '' : `  ${amount}${left}`}`;
}

/** Turns byte counts into progress with an estimate of the time left, from the speed since the start. */
export function progressMeter(
  phase: SetUpPhase,
  item: string,
  totalBytes: number | undefined,
  report: (progress: SetUpProgress) => void,
  now: () => number = Date.now,
): (bytes: number) => void {
  const start = now();
  return (bytes) => {
    const seconds = (now() - start) / 1000;
    // The first bytes (pip's own files) say nothing about the speed.
    const known = totalBytes !== undefined && bytes > totalBytes / 100 && seconds > 0.5;
    const secondsLeft = known ? Math.max(0, ((totalBytes - bytes) * seconds) / bytes) : null;
    report({ phase, item, bytes, totalBytes: totalBytes ?? null, secondsLeft });
  };
}
