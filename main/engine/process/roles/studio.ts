import { studioContract } from '@shared/contract';
import type { Studio } from '../../studio';
import { serveRole } from '../serve';
import { whenSetUp } from '../set-up';

type Handlers = Studio['handlers'];

/**
 * Answers all requests about trained models. Its engine begins to load as soon as the process is up: TensorFlow, or the
 * portable engine where TensorFlow is missing.
 */
export function serveStudio(): void {
  let studio: Studio | null = null;
  const open = whenSetUp(async () => (studio = (await import('../../studio')).createStudio()), { portable: true });
  const forward =
    (method: keyof Handlers) =>
    async (params: unknown, context: unknown): Promise<unknown> => {
      const { handlers } = await open();
      return (handlers[method] as (params: unknown, context: unknown) => unknown)(params, context);
    };
  const methods = Object.keys(studioContract.requests).filter(
    (name) => !name.startsWith('engine.'),
  ) as (keyof Handlers)[];

  serveRole(studioContract, () => ({
    handlers: Object.fromEntries(methods.map((method) => [method, forward(method)])) as unknown as Handlers,
    stop: () => Promise.resolve(studio?.dispose()),
  }));
  setImmediate(() => void open().catch(() => undefined)); // the first request reports the error
}
