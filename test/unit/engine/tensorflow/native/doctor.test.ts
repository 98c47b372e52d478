import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { doctorReportSchema } from '../../../../../shared/contract/engine';
import { engineFolder } from '../../../../../main/engine/tensorflow/native/cache';
import { doctorReport } from '../../../../../main/engine/tensorflow/native/doctor';
import { type Stamp, installationOf } from '../../../../../main/engine/tensorflow/native/installation';
import { chooseBuild, pins, thisMachine } from '../../../../../main/engine/tensorflow/native/pins';
import { pathWith, temporaryFolder } from './fake-wheels';

const noTrunk = () => false;

describe('the doctor', () => {
  it('finds nothing wrong with the installed engine', async () => {
    const report = doctorReportSchema.parse(await doctorReport(noTrunk));
    expect(report).toMatchObject({ ok: true, problems: [], backend: { kind: 'native', why: 'set-up' } });
    expect(report).toMatchObject({ cards: [], engine: { tensorflow: pins.tensorflow, device: 'cpu' } });
    expect(report.cache.bytes).toBeGreaterThan(1e8);
    expect((await doctorReport(noTrunk, { ...process.env, TF_NUM_INTRAOP_THREADS: '1' })).engine?.threads).toBe(1);
  });

  it('says first that nothing is set up, then what setting up would lack', async () => {
    const report = doctorReportSchema.parse(
      await doctorReport(noTrunk, {
        TESSERA_CACHE: temporaryFolder(),
        PATH: pathWith([], { python3: 'case "$*" in *version_info*) echo 3;; *pip*) echo pip 24;; esac' }),
      }),
    );
    expect(report).toMatchObject({ ok: false, engine: null, cache: { bytes: 0 } });
    expect(report.backend).toEqual({ kind: 'portable', why: 'not-set-up' });
    expect(report.problems[0]?.message).toMatch(/nothing can be trained .* decoding run on WebAssembly/);
    expect(report.problems.map(({ code }) => code)).toEqual(['ENGINE_NOT_SET_UP', 'SETUP_FAILED']);
    expect(report.problems[1]?.message).toMatch(/C\+\+ compiler/);
  });

  it('survives a broken binding and quotes why it does not load', async () => {
    const cache = temporaryFolder();
    const build = chooseBuild(thisMachine());
    const installation = installationOf(build, engineFolder(cache));
    mkdirSync(installation.folder, { recursive: true });
    for (const file of [installation.binding, installation.shapeGraph])
      writeFileSync(file, 'not a library'.repeat(100));
    const stamp: Stamp = {
      key: installation.key,
      tensorflow: pins.tensorflow,
      device: build.device,
      proved: true,
      installed: new Date(0).toISOString(),
    };
    writeFileSync(installation.stampFile, JSON.stringify(stamp));
    const report = doctorReportSchema.parse(await doctorReport(noTrunk, { ...process.env, TESSERA_CACHE: cache }));
    expect(report).toMatchObject({
      ok: false,
      engine: null,
      backend: { kind: 'portable', why: 'does-not-load' },
    });
    expect(report.problems[0]).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('invalid ELF header'),
    });
  });
});
