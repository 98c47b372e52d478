import type { z } from 'zod';

/** One request: what it takes, what it answers, and what it may report while it works. */
export interface RequestSpec {
  params: z.ZodType;
  result: z.ZodType;
  progress?: z.ZodType;
}

/** Everything one end of a pipe answers and announces. */
export interface Contract {
  requests: Record<string, RequestSpec>;
  events: Record<string, z.ZodType>;
}

export type MethodName<C extends Contract> = keyof C['requests'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
/** What a caller writes: fields with a default may be left out. */
export type Params<C extends Contract, M extends MethodName<C>> = z.input<C['requests'][M]['params']>;
/** What a handler gets: defaults filled in. */
export type ParsedParams<C extends Contract, M extends MethodName<C>> = z.output<C['requests'][M]['params']>;
export type Result<C extends Contract, M extends MethodName<C>> = z.output<C['requests'][M]['result']>;
export type Progress<C extends Contract, M extends MethodName<C>> = C['requests'][M]['progress'] extends z.ZodType
  ? z.output<C['requests'][M]['progress']>
  : never;
export type EventPayload<C extends Contract, E extends EventName<C>> = z.output<C['events'][E]>;

/** A contract that answers and announces nothing: the renderer's side of its pipe. */
export const silentContract = { requests: {}, events: {} } satisfies Contract;
export type SilentContract = typeof silentContract;
