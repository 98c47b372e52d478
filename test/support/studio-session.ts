import { createPinia, disposePinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach } from 'vitest';
import type { LatentShape } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useStudioSession } from '@/stores/studio';
import { fakeLatentHandlers } from './fake-latents';
import { fakeRunHandlers } from './fake-runs';
import { fakeWorkbench, type FakeHandlers } from './fake-workbench';

export const item = (index: number) => ({ kind: 'item' as const, dataset: 'shoes', index });

/** A page whose Studio has an item of the scripted run open. */
export async function openOn(latent: LatentShape, more: FakeHandlers = {}) {
  freshPage();
  const fake = fakeWorkbench({ ...fakeRunHandlers([]), ...fakeLatentHandlers(latent), ...more });
  await useConnection().start(async () => fake.pipe);
  const session = useStudioSession();
  await session.openPicture('first', item(3));
  const decodes = () => fake.asked.filter(({ method }) => method === 'studio.decode');
  return { session, fake, decodes };
}
/** The codes of the last decode that was asked for. */
export const lastLatent = (asked: { params: unknown }[]): Int32Array =>
  (asked.at(-1)!.params as { latent: { indices: Int32Array } }).latent.indices;

const pages: Pinia[] = [];
/** A page of its own: its stores are let go after the test. */
export function freshPage(): void {
  pages.push(createPinia());
  setActivePinia(pages.at(-1)!);
}
afterEach(() => pages.splice(0).forEach(disposePinia));
