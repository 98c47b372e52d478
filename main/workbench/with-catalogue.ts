import type { WorkbenchContract } from '@shared/contract';
import type { Handlers } from '@shared/wire';
import type { Parts } from './parts';

/**
 * A request that meets a damaged catalogue is answered by the one that is then made from the folders. What had been changed until
 * then was undone, so that it is simply asked once more.
 */
export function withCatalogue<H extends Handlers<WorkbenchContract>>(
  { catalogue, datasets }: Pick<Parts, 'catalogue' | 'datasets'>,
  handlers: H,
): H {
  const answered = Object.entries(handlers).map(([method, handler]) => {
    const ask = handler as (params: unknown, context: unknown) => unknown;
    const answer = async (params: unknown, context: unknown): Promise<unknown> => {
      try {
        return await ask(params, context);
      } catch (error) {
        if (!catalogue.isBroken(error)) throw error;
        await datasets.rebuild();
        return ask(params, context);
      }
    };
    return [method, answer];
  });
  return Object.fromEntries(answered) as H;
}
