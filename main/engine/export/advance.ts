export type ExportPhase = 'loading' | 'capturing' | 'writing';

/** Tells how far the work is and lets other requests in; throws if it is no longer wanted. */
export type Advance = (phase: ExportPhase, done: number, total: number) => Promise<void>;
