import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTurns } from '../../../../main/engine/bench/benches';
import { startSide, type Side } from '../../../../main/engine/bench/side';
import { compare, quantile, type BenchLine } from '../../../../main/engine/bench/statistics';
import { buildEngine } from '../../../support/engine';

const run = promisify(execFile);

describe('a comparison', () => {
  it('is above 1 where ours is better, whichever way that is', () => {
    const base = { bench: 'b', unit: 'ms', baseline: 'theirs', ours: [10, 10, 10], theirs: [20, 20, 20] };
    expect(compare({ ...base, better: 'less' })).toMatchObject({
      value: 10,
      ratio: 2,
      bestRatio: 2,
      baseline: 'theirs (20 ms)',
    });
    expect(compare({ ...base, better: 'more' })).toMatchObject({ value: 10, ratio: 0.5 });
  });

  it('tells how far the values spread', () => {
    const line = compare({ bench: 'b', unit: 'ms', baseline: '', better: 'less', ours: [1, 2, 3, 4, 5], theirs: [3] });
    expect(line).toMatchObject({ value: 3, spread: 1, ratio: 1, bestRatio: 3 });
  });

  it('is of the quantile that was asked for', () => {
    const ours = Array.from({ length: 101 }, (_, i) => i);
    expect(
      compare({ bench: 'b', unit: 'ms', baseline: '', better: 'less', ours, theirs: [190], at: 0.95 }),
    ).toMatchObject({
      value: 95,
      ratio: 2,
      median: 50,
      medianRatio: 3.8,
    });
    expect(quantile([1, 2], 0.5)).toBe(1.5);
  });
});

describe('the sides of a bench', () => {
  it('measure in turns, and the first round doesn’t count', async () => {
    const order: string[] = [];
    const side = (name: string): Side => {
      let round = 0;
      return {
        memory: { resident: 0, private: 0 },
        round: () => Promise.resolve([(order.push(name), (round += 1))]),
        close: () => Promise.resolve(void order.push(`${name} ends`)),
      };
    };
    expect(await inTurns({ ours: side('a'), theirs: side('b') }, 2)).toEqual({ ours: [2, 3], theirs: [2, 3] });
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a ends', 'b ends']);
  });

  it('are processes that answer a line with a line', async () => {
    const script = `console.log('loading'); console.log('{"values":[],"memory":{"resident":5,"private":3}}'); process.stdin.on('data', () => console.log('{"values":[1,2],"memory":{"resident":7,"private":4}}'))`;
    const side = await startSide(process.execPath, ['-e', script], process.env);
    expect(side.memory).toEqual({ resident: 5, private: 3 });
    expect(await side.round()).toEqual([1, 2]);
    expect(side.memory).toEqual({ resident: 7, private: 4 });
    await side.close();
  });

  it('say what went wrong when they die', async () => {
    const dying = startSide(process.execPath, ['-e', `console.error('no luck'); process.exit(3)`], process.env);
    await expect(dying).rejects.toMatchObject({
      message: expect.stringContaining('exit code 3'),
      hint: expect.stringContaining('no luck'),
    });
  });
});

describe('the bench command', () => {
  let engine: Awaited<ReturnType<typeof buildEngine>>;
  beforeAll(async () => {
    engine = await buildEngine();
  }, 120_000);
  afterAll(() => engine?.remove());

  it('prints a line of JSON for a figure', async () => {
    const { stdout } = await run(process.execPath, [engine.entry, 'bench', '--json', 'small-call']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as BenchLine);
    expect(lines).toEqual([
      {
        bench: 'small-call',
        unit: 'µs',
        baseline: 'at most (100 µs)',
        value: expect.any(Number),
        ratio: expect.any(Number),
        median: expect.any(Number),
        medianRatio: expect.any(Number),
        spread: expect.any(Number),
        bestRatio: expect.any(Number),
      },
    ]);
    expect(lines[0]!.value).toBeGreaterThan(0);
  });

  it('names the benches there are when asked for another', async () => {
    await expect(run(process.execPath, [engine.entry, 'bench', 'speed'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('training-step-64'),
    });
  });
});
