import { describe, expect, it } from 'vitest';
import { createModelCache, weightBytes } from '../../../../main/engine/studio/model-cache';
import type { LoadedRun } from '../../../../main/engine/training';

/** Models of `side × side` weights that say when they are loaded and disposed of. */
function library(side = 1) {
  const events: string[] = [];
  const load = (runDirectory: string, step: number): Promise<LoadedRun> => {
    const name = `${runDirectory}@${step}`;
    if (runDirectory === 'broken') return Promise.reject(new Error('broken'));
    events.push(`load ${name}`);
    const model = { model: { weights: [{ shape: [side, side] }] }, dispose: () => events.push(`free ${name}`) };
    return Promise.resolve(model as unknown as LoadedRun);
  };
  return { events, load };
}
const bytesOf = ({ model }: LoadedRun): number => weightBytes(model);
const nothing = (): void => undefined;

describe('the model cache', () => {
  it('loads a checkpoint once', async () => {
    const { events, load } = library();
    const cache = createModelCache({ bytesOf, load });
    const first = await cache.use('a', 1, (model) => model);
    expect(await cache.use('a', 1, (model) => model)).toBe(first);
    expect(events).toEqual(['load a@1']);
  });

  it('loads a checkpoint once for requests that come together', async () => {
    const { events, load } = library();
    const cache = createModelCache({ bytesOf, load });
    await Promise.all([cache.use('a', 1, nothing), cache.use('a', 1, nothing), cache.use('a', 2, nothing)]);
    expect(events).toEqual(['load a@1', 'load a@2']);
  });

  it('lets the least recently used go', async () => {
    const { events, load } = library();
    const cache = createModelCache({ bytesOf, load, models: 2 });
    for (const step of [1, 2, 1, 3]) await cache.use('a', step, nothing);
    expect(events).toEqual(['load a@1', 'load a@2', 'load a@3', 'free a@2']);
  });

  it('keeps within its memory, but always one', async () => {
    const { events, load } = library(100);
    const cache = createModelCache({ bytesOf, load, bytes: 1000 });
    for (const step of [1, 2]) await cache.use('a', step, nothing);
    expect(events).toEqual(['load a@1', 'load a@2', 'free a@1']);
  });

  it('never frees a model that is in use', async () => {
    const { events, load } = library();
    const cache = createModelCache({ bytesOf, load, models: 1 });
    await cache.use('a', 1, async () => {
      await cache.use('a', 2, nothing);
      await cache.use('a', 3, nothing);
      expect(events).not.toContain('free a@1');
    });
    await cache.use('a', 4, nothing);
    expect(events).toContain('free a@1');
  });

  it('tries again after a failure', async () => {
    const { load } = library();
    let isBroken = true;
    const cache = createModelCache({ bytesOf, load: (folder, step) => load(isBroken ? 'broken' : folder, step) });
    await expect(cache.use('a', 1, nothing)).rejects.toThrow('broken');
    isBroken = false;
    await expect(cache.use('a', 1, () => 'fine')).resolves.toBe('fine');
  });

  it('frees everything at the end', async () => {
    const { events, load } = library();
    const cache = createModelCache({ bytesOf, load });
    await cache.use('a', 1, nothing);
    cache.dispose();
    await Promise.resolve();
    expect(events).toEqual(['load a@1', 'free a@1']);
  });
});
