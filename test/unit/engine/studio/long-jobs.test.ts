import { describe, expect, it } from 'vitest';
import { breathe, createLongJobs } from '../../../../main/engine/studio/long-jobs';
import { createProgress } from '../../../../main/engine/studio/progress';

const wanted = new AbortController().signal;

describe('long jobs', () => {
  it('run one after the other, also after one that failed', async () => {
    const long = createLongJobs();
    const order: string[] = [];
    const job = (name: string) => async () => {
      order.push(`${name} begins`);
      await breathe();
      order.push(`${name} ends`);
      if (name === 'b') throw new Error('b');
    };
    await Promise.allSettled(['a', 'b', 'c'].map((name) => long(wanted, job(name))));
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('never begin if they were cancelled while they waited', async () => {
    const long = createLongJobs();
    const cancel = new AbortController();
    let hasBegun = false;
    const first = long(wanted, () => breathe());
    const second = long(cancel.signal, () => Promise.resolve(void (hasBegun = true)));
    cancel.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    await first;
    expect(hasBegun).toBe(false);
  });

  it('are given up at a breath once they are cancelled', async () => {
    const cancel = new AbortController();
    const job = createLongJobs()(cancel.signal, async () => {
      for (;;) await breathe(cancel.signal);
    });
    setImmediate(() => cancel.abort());
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('let everything that waits have its turn at a breath', async () => {
    let hadTurn = false;
    setImmediate(() => (hadTurn = true));
    await breathe();
    expect(hadTurn).toBe(true);
  });
});

describe('progress', () => {
  it('is reported at most 20 times a second, and at the end, with the time left', () => {
    let now = 0;
    const reports: [number, number | null][] = [];
    const report = createProgress(
      'encoding',
      ({ done, secondsLeft }) => reports.push([done, secondsLeft]),
      () => now,
    );
    for (let done = 10; done <= 100; done += 10) {
      now += done === 50 ? 2000 : 20;
      report(done, 100);
    }
    expect(reports).toEqual([
      [10, null],
      [40, null],
      [50, 2.08],
      [80, expect.closeTo(0.535, 5)],
      [100, 0],
    ]);
  });

  it('knows no time left without a total', () => {
    const reports: unknown[] = [];
    createProgress('encoding', (one) => reports.push(one))(3, null, 2);
    expect(reports).toEqual([{ phase: 'encoding', done: 3, total: null, skipped: 2, secondsLeft: null }]);
  });
});
