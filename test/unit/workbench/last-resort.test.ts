import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { AppError } from '@shared/errors';
import { coalesce } from '@shared/wire';
import { createOutbox } from '../../../main/workbench/connections/outbox';
import { guardedClock } from '../../../main/workbench/engine';
import { createEvents } from '../../../main/workbench/events';
import { installLastResort, type Resort } from '../../../main/workbench/last-resort';
import { importDataset, next, openBench, specOn, type Bench } from '../../support/workbench';

const benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

function scripted() {
  const events = new EventEmitter();
  const said: AppError[] = [];
  const process = {
    on: events.on.bind(events),
    exit: (code: number) => void events.emit('exit', code),
  } as unknown as Resort;
  const resort = installLastResort((error) => said.push(error), process);
  return { events, said, resort };
}
const workbench = () => {
  const calls: string[] = [];
  const note = (what: string) => () => (calls.push(what), Promise.resolve());
  return { calls, defect: note('defect'), close: note('close') };
};

describe('an error that nothing caught', () => {
  test('is told by a host, which goes on', () => {
    const { events, said, resort } = scripted();
    const host = workbench();
    resort.watch(host, true);
    events.emit('uncaughtException', new Error('one'));
    events.emit('unhandledRejection', new Error('two'));
    expect(host.calls).toEqual(['defect', 'defect']);
    expect(said).toEqual([]);
  });

  test('ends a host in order when there are too many within a minute', async () => {
    const { events, said, resort } = scripted();
    const host = workbench();
    resort.watch(host, true);
    const ended = once(events, 'exit');
    for (let i = 0; i < 25; i++) events.emit('uncaughtException', new Error('again'));
    expect(await ended).toEqual([1]);
    expect(host.calls.filter((call) => call === 'close')).toHaveLength(1);
    expect(said.map(({ message }) => message)).toEqual(['again']);
  });

  test('ends a command in order, with one sentence: its own work may never end now', async () => {
    const { events, said, resort } = scripted();
    const command = workbench();
    resort.watch(command, false);
    const ended = once(events, 'exit');
    events.emit('uncaughtException', new Error('one'));
    events.emit('uncaughtException', new Error('two'));
    expect(await ended).toEqual([1]);
    expect(command.calls).toEqual(['close']);
    expect(said.map(({ message }) => message)).toEqual(['one']);
  });

  test('becomes an incident of the workbench, and its trainers write checkpoints and go on', async () => {
    const bench = await openBench({ trainer: { stepMs: 3_600_000 } }); // stays at its first step
    benches.push(bench);
    const dataset = await importDataset(bench);
    const trains = next(bench.page, 'runs.changed', ({ latest }) => latest?.step === 1);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    expect((await trains).checkpoints).toEqual([]);
    const incident = next(bench.page, 'runs.incident');
    await bench.workbench.defect(new Error('a defect'));
    expect(await incident).toMatchObject({ kind: 'defect', role: 'workbench', run: null });
    expect(await bench.page.request('runs.get', { run })).toMatchObject({
      status: 'running',
      active: true,
      checkpoints: [1],
    });
  });
});

describe('a callback that fails', () => {
  test('of one listener leaves the event to the others, and whoever announced it goes on', () => {
    const warned: string[] = [];
    const events = createEvents((message) => warned.push(message));
    const heard: string[] = [];
    events.subscribe(() => {
      throw new Error('deaf');
    });
    events.subscribe(({ name }) => heard.push(name));
    events.emit('runs.removed', { run: 'a' });
    expect(heard).toEqual(['runs.removed']);
    expect(warned).toEqual(['runs.removed could not be announced: deaf']);
  });

  test('of one event on its way to a page leaves the others', () => {
    const warned: string[] = [];
    const sent: string[] = [];
    const outbox = createOutbox(
      ({ name }) => {
        if (name === 'runs.removed') throw new Error('too long');
        sent.push(name);
      },
      (message) => warned.push(message),
    );
    outbox.push({ name: 'runs.removed', payload: { run: 'a' } });
    outbox.push({ name: 'runs.removed', payload: { run: 'b' } });
    outbox.push({ name: 'datasets.changed', payload: { dataset: 'c' } });
    outbox.stop();
    expect(warned).toEqual(['runs.removed could not be sent: too long']);
  });

  test('of a timer is caught, and the clock goes on', () => {
    const errors: unknown[] = [];
    const actions: (() => void)[] = [];
    const clock = guardedClock(
      { now: () => 0, after: (_, action) => (actions.push(action), () => undefined) },
      (error) => errors.push(error),
    );
    clock.after(1, () => {
      throw new Error('late');
    });
    actions[0]!();
    expect(errors).toEqual([new Error('late')]);
  });

  test('does not keep what is gathered later from being handed over', async () => {
    const handed: number[] = [];
    const gathered = coalesce<number>((items) => {
      if (items.includes(1)) throw new Error('one');
      handed.push(...items);
    }, 1);
    expect(() => gathered.push(1)).toThrow('one');
    const later = new Promise<void>((resolve) => {
      const waiting = coalesce<number>(() => resolve(), 1);
      waiting.push(0);
    });
    gathered.push(2);
    await later;
    gathered.flush();
    expect(handed).toEqual([2]);
    gathered.stop();
  });
});
