import type { StudioContract } from '@shared/contract';
import type { Handlers, RequestContext } from '@shared/wire';
import type { RunLongJob } from './long-jobs';
import type { ModelCache } from './model-cache';

/** The studio's requests; `engine.ping` and `engine.stop` are the process's own. */
export type StudioHandlers = Omit<Handlers<StudioContract>, 'engine.ping' | 'engine.stop'>;

/** What every request about a checkpoint names. */
interface Asked {
  runDirectory: string;
  step: number;
}
type Handler<P, R, G> = (asked: P, context: RequestContext<G>) => R | Promise<R>;
type Work<Model, P, R, G> = (model: Model, asked: P, context: RequestContext<G>) => R | Promise<R>;

/** Makes a handler of what is to be done with the checkpoint that a request names, loaded. */
export interface OnModel<Model> {
  <P extends Asked, R, G>(work: Work<Model, P, R, G>): Handler<P, R, G>;
  /** The same for long work: it waits for the long work before it. */
  long<P extends Asked, R, G>(work: Work<Model, P, R, G>): Handler<P, R, G>;
  /** Lends the loaded checkpoint, for a handler that chooses the model while it works. */
  use: ModelCache<Model>['use'];
  /** For what makes sense for some models alone: `narrow` throws for the others. */
  as<Narrow>(narrow: (model: Model) => Narrow): OnModel<Narrow>;
}

export function createOnModel<Model>({ use }: Pick<ModelCache<Model>, 'use'>, long: RunLongJob): OnModel<Model> {
  const onModel =
    <P extends Asked, R, G>(work: Work<Model, P, R, G>): ((asked: P, context: RequestContext<G>) => Promise<R>) =>
    (asked, context) =>
      use(asked.runDirectory, asked.step, (model) => work(model, asked, context));
  return Object.assign(onModel, {
    use,
    long: <P extends Asked, R, G>(work: Work<Model, P, R, G>): Handler<P, R, G> => {
      const handler = onModel(work);
      return (asked, context) => long(context.signal, () => handler(asked, context));
    },
    as: <Narrow>(narrow: (model: Model) => Narrow): OnModel<Narrow> =>
      createOnModel(
        { use: (runDirectory, step, work) => use(runDirectory, step, (model) => work(narrow(model))) },
        long,
      ),
  });
}
