/** Every failure a person may meet has a code from this list: stable, tested, never shown raw without its message. */
export const errorCodes = [
  'BAD_REQUEST', // a request or a configuration that the schema refuses; `field` names where
  'NOT_FOUND', // a dataset, run, checkpoint, file or item that does not exist
  'CONFLICT', // right, but not in this state: deleting a running run, continuing a finished one
  'CANCELLED', // stopped at the person's own wish
  'BAD_FILE', // a file that can't be read as what it claims to be
  'LIMIT', // too large or too many: pixels, bytes, entries, memory, open files
  'DISK', // reading or writing the disk failed
  'ENGINE_NOT_SET_UP', // TensorFlow is not installed yet
  'SETUP_FAILED', // installing TensorFlow failed; the hint says what to install
  'ENGINE_LOST', // an engine process died or hung while it worked on this
  'NOT_FINITE', // training met NaN or infinity
  'CAPTURE', // a function that can't be captured as a graph
  'DENIED', // not allowed: a path nobody chose, a foreign origin, a file or disk that may not be written
  'UNSUPPORTED', // can't be done on this machine or with this model
  'INTERNAL', // a defect of ours
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorData {
  code: ErrorCode;
  message: string;
  /** What to do about it, one sentence; empty if there is nothing to say. */
  hint: string;
  /** The configuration field or file it is about. */
  field?: string;
}
