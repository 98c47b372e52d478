import { describe, expect, it, vi } from 'vitest';
import { hostContract, silentContract } from '@shared/contract';
import { createPeer } from '@shared/wire';
import { memoryPipe } from '../../../main/cli/memory-pipe';
import { supervise, type SupervisorOptions } from '../../../main/desktop/workbench/supervisor';
import type { WorkbenchChild } from '../../../main/desktop/workbench/child';

/** A workbench process of which the test holds the other ends. */
function fakeChild(onClose: () => void = () => undefined) {
  const [relay, page] = memoryPipe();
  const [ours, theirs] = memoryPipe();
  const heard: number[][] = [];
  page.onMessage((message) => heard.push([...message]));
  let end: (reason: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const granted: string[][] = [];
  const host = createPeer(theirs, silentContract, hostContract, {
    'host.grant': ({ paths }) => (granted.push(paths), { grant: 'g' }),
    'host.close': () => (onClose(), {}),
  });
  const kill = vi.fn(() => end('was ended by SIGKILL'));
  const child: WorkbenchChild = { relay, host: createPeer(ours, hostContract, silentContract, {}), ended, kill };
  return { child, page, host, heard, granted, kill, end: (reason = 'ended with code 1') => end(reason) };
}

function supervised(overrides: Partial<SupervisorOptions> = {}) {
  const children: ReturnType<typeof fakeChild>[] = [];
  const waits: { ms: number; then: () => void }[] = [];
  const time = { now: 0 };
  const events = { onMessage: vi.fn(), onLost: vi.fn(), onGivenUp: vi.fn(), onReveal: vi.fn() };
  const supervisor = supervise({
    launch: () => {
      const fake = fakeChild();
      children.push(fake);
      return fake.child;
    },
    now: () => time.now,
    wait: (ms, then) => void waits.push({ ms, then }),
    ...events,
    ...overrides,
  });
  return { supervisor, children, waits, time, ...events };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the workbench process', () => {
  it('gets the page’s messages and sends its own, bytes for bytes', async () => {
    const { supervisor, children, onMessage } = supervised();
    supervisor.send(Uint8Array.of(1, 2, 3));
    children[0]!.page.send(Uint8Array.of(9));
    await turn();
    expect(children[0]!.heard).toEqual([[1, 2, 3]]);
    expect(onMessage).toHaveBeenCalledWith(Uint8Array.of(9));
  });

  it('is started again after it ended, the page is told, and what the page asked meanwhile reaches the next one', async () => {
    const { supervisor, children, waits, onLost } = supervised();
    children[0]!.end();
    await turn();
    expect(onLost).toHaveBeenCalledWith('ended with code 1');
    supervisor.send(Uint8Array.of(7));
    await expect(supervisor.grant(['/a'])).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    expect(children).toHaveLength(1);
    waits[0]!.then();
    await turn();
    expect(children).toHaveLength(2);
    expect(children[1]!.heard).toEqual([[7]]);
    expect(await supervisor.grant(['/a'])).toBe('g');
    expect(children[1]!.granted).toEqual([['/a']]);
  });

  it('waits longer each time, and is given up when it ends again and again within a minute', async () => {
    const { supervisor, children, waits, onGivenUp } = supervised();
    for (let time = 0; time < 6; time++) {
      children.at(-1)!.end();
      await turn();
      waits[time]?.then();
    }
    expect(waits.map(({ ms }) => ms)).toEqual([200, 500, 1000, 2000, 4000]);
    expect(onGivenUp).toHaveBeenCalledTimes(1);
    expect(children).toHaveLength(6);
    supervisor.retry();
    expect(children).toHaveLength(7);
  });

  it('that ran well for long is not held to account for old ends', async () => {
    const { children, waits, time, onGivenUp } = supervised();
    for (let round = 0; round < 10; round++) {
      time.now += 61_000;
      children.at(-1)!.end();
      await turn();
      waits[round]!.then();
    }
    expect(onGivenUp).not.toHaveBeenCalled();
    expect(new Set(waits.map(({ ms }) => ms))).toEqual(new Set([200]));
  });

  it('is asked to end in order and not started again', async () => {
    const fake: ReturnType<typeof fakeChild> = fakeChild(() => fake.end('ended with code 0'));
    const { supervisor, waits, onLost } = supervised({ launch: () => fake.child });
    await supervisor.close(20_000);
    expect(fake.kill).not.toHaveBeenCalled();
    expect(onLost).not.toHaveBeenCalled();
    expect(waits.map(({ ms }) => ms)).toEqual([20_000]);
  });

  it('is killed when it does not end before its deadline', async () => {
    const { supervisor, children, waits } = supervised();
    const closed = supervisor.close(20_000);
    await turn();
    expect(children[0]!.kill).not.toHaveBeenCalled();
    waits[0]!.then();
    await closed;
    expect(children[0]!.kill).toHaveBeenCalled();
  });

  it('may show a folder of the workspace it announced', async () => {
    const { children, onReveal } = supervised();
    children[0]!.host.emit('host.ready', { workspace: '/w' });
    children[0]!.host.emit('host.reveal', { path: '/w/exports/a' });
    await turn();
    expect(onReveal).toHaveBeenCalledWith('/w/exports/a', '/w');
  });
});
