/** The bundled trained run on both engines of one process: the module graph is loaded twice, and tfjs told whose turn it is. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { latentSize } from '@shared/specs';
import type { LoadedCodeRun } from '../../../../../main/engine/training';
import type { Tensor } from '../../../../../main/engine/tensorflow/native/load';

const runDirectory = fileURLToPath(new URL('../../../../../resources/models/fashion-mnist-tiny', import.meta.url));
const STEP = 3000;
const COUNT = 96;

interface Side {
  run: LoadedCodeRun;
  engine: typeof import('../../../../../main/engine/tensorflow/native/load');
  use<T>(work: (run: LoadedCodeRun) => T): Promise<T>;
}

async function open(engine: 'native' | 'portable'): Promise<Side> {
  vi.resetModules();
  vi.stubEnv('TESSERA_ENGINE', engine);
  const loaded = await import('../../../../../main/engine/tensorflow/native/load');
  const { loadRun } = await import('../../../../../main/engine/training');
  const name = engine === 'native' ? 'tensorflow' : 'wasm';
  await loaded.tf.setBackend(name);
  const run = (await loadRun(runDirectory, STEP)) as LoadedCodeRun;
  return {
    run,
    engine: loaded,
    use: async (work) => {
      await loaded.tf.setBackend(name);
      return work(run);
    },
  };
}

let native: Side;
let portable: Side;
let pictures: Uint8Array;

beforeAll(async () => {
  native = await open('native');
  portable = await open('portable');
  const { height, width, channels } = native.run.info.signal;
  // smooth made-up pictures, so that latents lie where trained ones do
  pictures = Uint8Array.from({ length: COUNT * height * width * channels }, (_, at) => {
    const picture = Math.floor(at / (height * width * channels));
    const [x, y] = [at % width, Math.floor(at / width) % height];
    return 127 + 120 * Math.sin((x * (1 + (picture % 7))) / 9 + picture) * Math.cos((y * (1 + (picture % 5))) / 11);
  });
});
afterAll(async () => {
  await portable?.use((run) => run.dispose());
  await native?.use((run) => run.dispose());
  vi.unstubAllEnvs();
});

describe('a trained model without TensorFlow', () => {
  it('runs on WebAssembly', () => {
    expect([native.engine.backend.kind, portable.engine.backend.kind]).toEqual(['native', 'portable']);
  });

  it('finds the same codes, but where two are equally near', async () => {
    const theirs = await native.use((run) => run.encode(pictures, COUNT));
    const ours = await portable.use((run) => run.encode(pictures, COUNT));
    expect(new Set(ours).size).toBeGreaterThan(8);
    const different = [...ours.keys()].filter((at) => ours[at] !== theirs[at]);
    const distances = await native.use(distancesOf);
    const gaps = different.map((at) => Math.abs(distances(at, ours[at]!) - distances(at, theirs[at]!)));
    expect(Math.max(0, ...gaps)).toBeLessThan(1e-4);
    expect(different.length).toBeLessThan(ours.length / 1000);
  });

  it('decodes to the same picture within 1e-4 of its range, and to the same bytes but at their borders', async () => {
    const codes = await native.use((run) => run.encode(pictures, COUNT));
    const images = ({ program, model, layers }: LoadedCodeRun) => {
      const shape = [COUNT, ...layers[0]!.axes];
      const name = 'images';
      const feeds = { input: { shape, dtype: 'int32' } } as const;
      return program.define(name, { feeds }, ({ input }) => ({ output: model.decode([input]) })).run({ input: codes })
        .output;
    };
    const [theirs, ours] = [await native.use(images), await portable.use(images)];
    expect(ours.shape).toEqual(theirs.shape);
    expect(Math.max(...ours.data.map((value, at) => Math.abs(value - theirs.data[at]!)))).toBeLessThan(1e-4);
    const theirBytes = await native.use((run) => run.decode(codes, COUNT));
    const ourBytes = await portable.use((run) => run.decode(codes, COUNT));
    expect(Math.max(...ourBytes.map((value, at) => Math.abs(value - theirBytes[at]!)))).toBeLessThanOrEqual(1);
  });

  it('keeps no tensors of a call', async () => {
    await portable.use((run) => run.decode(new Int32Array(latentSize(run.latent)), 1));
    const before = portable.engine.tf.memory().numTensors;
    for (let call = 0; call < 20; call++) {
      await portable.use((run) => run.decode(new Int32Array(latentSize(run.latent)).fill(call), 1));
    }
    expect(portable.engine.tf.memory().numTensors).toBe(before);
  });

  it('refuses what needs a graph, or updates weights', async () => {
    const { assign } = await import('../../../../../main/engine/tensorflow/graph');
    await portable.use(({ program }) => {
      const refusal = expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('tessera setup') });
      const [variable] = program.variables;
      program.define('update', { feeds: {} }, () => {
        const value = variable!.read();
        assign(variable!, value);
        return { value };
      });
      expect(() => program.run('update', {})).toThrowError(refusal);
      expect(() => program.writeSavedModel('never', ['update'])).toThrowError(refusal);
    });
  });
});

/** Every latent's distances to the codes, as the native engine finds them: what its ArgMin is given. */
function distancesOf(run: LoadedCodeRun): (latent: number, code: number) => number {
  const rows: Float32Array[] = [];
  const { backend } = native.engine;
  const original = backend.executeSingleOutput.bind(backend);
  backend.executeSingleOutput = (op, attributes, inputs) => {
    if (op === 'ArgMin') rows.push((inputs[0] as Tensor).dataSync().slice() as Float32Array);
    return original(op, attributes, inputs);
  };
  try {
    const { height, width, channels } = run.info.signal;
    const feeds = { input: { shape: [COUNT, height, width, channels], dtype: 'uint8' } } as const;
    const encode = run.program.define('look', { feeds }, ({ input }) => ({
      output: run.model.encode(input.toFloat().div(255).sub(0.5))[0]!,
    }));
    encode.runEagerly({ input: pictures });
  } finally {
    delete (backend as Partial<typeof backend>).executeSingleOutput;
  }
  const [all = new Float32Array()] = rows;
  return (latent, code) => all[latent * run.layers[0]!.codes + code] ?? NaN;
}
