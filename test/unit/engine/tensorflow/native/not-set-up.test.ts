import { expect, it } from 'vitest';
import { temporaryFolder } from './fake-wheels';

it('loading without an installation says how to set up', async () => {
  process.env.TESSERA_CACHE = temporaryFolder();
  await expect(import('../../../../../main/engine/tensorflow/native/load')).rejects.toMatchObject({
    code: 'ENGINE_NOT_SET_UP',
    hint: expect.stringContaining('tessera setup'),
  });
});
