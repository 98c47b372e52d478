/**
 * Extracts what TensorFlow's log says about graphics cards that it doesn't use: the lines about libraries that it could
 * not load and devices that it skips, each once, without date and source.
 */
export function deviceLines(log: string): string[] {
  const lines = log.split('\n').flatMap((line) => {
    const text = line.replace(/^.*?\.cc:\d+\]\s*/, '').trim();
    return ABOUT_DEVICES.some((pattern) => pattern.test(text)) ? [text.replace(/; LD_LIBRARY_PATH:.*$/, '')] : [];
  });
  return [...new Set(lines)].slice(0, MOST_LINES);
}

const MOST_LINES = 6;
const ABOUT_DEVICES = [
  /Could not load dynamic library/i,
  /Cannot dlopen some GPU libraries/i,
  /Could not find cuda drivers/i,
  /failed call to cuInit/i,
  /kernel driver does not appear to be running/i,
  /Skipping registering GPU devices|Ignoring visible gpu device/i,
  /CUDA_ERROR_\w+/,
  /No DNN in stream executor/i,
];
