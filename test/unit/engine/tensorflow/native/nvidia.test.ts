import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unusedCard } from '../../../../../main/engine/tensorflow/native/card';
import { checkBindings } from '../../../../../main/engine/tensorflow/native/check';
import { expectedOutputs, wrongOutput } from '../../../../../main/engine/tensorflow/native/check-graph';
import { linkCudaLibraries } from '../../../../../main/engine/tensorflow/native/cuda-links';
import { deviceLines } from '../../../../../main/engine/tensorflow/native/device-log';
import { installationOf } from '../../../../../main/engine/tensorflow/native/installation';
import { doctorReport } from '../../../../../main/engine/tensorflow/native/doctor';
import { requireCudaLibraries } from '../../../../../main/engine/tensorflow/native/install';
import {
  driverOfModule,
  examineNvidia,
  isAtLeast,
  parseCards,
} from '../../../../../main/engine/tensorflow/native/nvidia';
import { type Machine, chooseBuild, pins, whyNotCuda } from '../../../../../main/engine/tensorflow/native/pins';
import { settingsOf } from '../../../../../main/engine/tensorflow/native/process-settings';
import { pathWith, temporaryFolder } from './fake-wheels';

const NOWHERE = path.join(temporaryFolder(), 'no-module');
const look = (script: string) => examineNvidia({ PATH: pathWith([], { 'nvidia-smi': script }) }, NOWHERE);

const MODERN = `case "$*" in
--query-gpu=name,driver_version,memory.total,compute_cap*) echo "NVIDIA GeForce RTX 4090, 550.54.14, 24564, 8.9"
  echo "NVIDIA RTX A2000, 550.54.14, 6138, 8.6";; esac`;
const OLD = 'echo "Tesla K80, 470.82.01, 11441, 3.7"';
const MISMATCH = 'echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18';
const UNREACHABLE = 'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver." >&2; exit 9';

const linux = (nvidia: Machine['nvidia']): Machine => ({ platform: 'linux', arch: 'x64', nvidia });

describe('what nvidia-smi answers', () => {
  it('gives the cards and their driver', () => {
    expect(look(MODERN)).toEqual({
      state: 'present',
      driver: '550.54.14',
      cards: [
        { name: 'NVIDIA GeForce RTX 4090', driver: '550.54.14', memory: 24564, computeCapability: '8.9' },
        { name: 'NVIDIA RTX A2000', driver: '550.54.14', memory: 6138, computeCapability: '8.6' },
      ],
    });
  });

  it('passes over warnings, and what a card does not tell', () => {
    const text =
      'Warning: infoROM is corrupted at gpu 0000:01:00.0\nOrin, 540.3.0, [N/A], 8.7\nQuadro, 390.157, 2000, [N/A]\n';
    expect(parseCards(text)).toEqual([
      { name: 'Orin', driver: '540.3.0', memory: null, computeCapability: '8.7' },
      { name: 'Quadro', driver: '390.157', memory: 2000, computeCapability: null },
    ]);
  });

  it('tells a machine without a driver from one whose driver does not answer', () => {
    expect(examineNvidia({ PATH: pathWith([]) }, NOWHERE)).toEqual({ state: 'absent' });
    expect(look(MISMATCH)).toEqual({
      state: 'silent',
      message: 'Failed to initialize NVML: Driver/library version mismatch',
    });
    expect(look(UNREACHABLE)).toMatchObject({ state: 'silent', message: expect.stringContaining('communicate') });
  });

  it('asks the kernel where the tool is missing', () => {
    const text =
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\nGCC version: 12\n';
    expect(driverOfModule(text)).toBe('535.129.03');
    expect(driverOfModule('NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\n')).toBe(
      '570.86.15',
    );
    expect(driverOfModule('')).toBeNull();
    const file = path.join(temporaryFolder(), 'version');
    writeFileSync(file, text);
    expect(examineNvidia({ PATH: pathWith([]) }, file)).toEqual({ state: 'present', driver: '535.129.03', cards: [] });
  });
});

describe('the wheels for a driver', () => {
  it('are CUDA’s where it is new enough, compared number by number', () => {
    expect(isAtLeast('525.60.13', '525.60.13')).toBe(true);
    expect(isAtLeast('525.105.17', '525.60.13')).toBe(true);
    expect(isAtLeast('525.60', '525.60.13')).toBe(false);
    expect(chooseBuild(linux(look(MODERN)), undefined).device).toBe('cuda');
    expect(whyNotCuda(linux(look(MODERN)))).toBeNull();
  });

  it('are the processor’s where it is too old, with the reason', () => {
    expect(chooseBuild(linux(look(OLD)), undefined).device).toBe('cpu');
    expect(whyNotCuda(linux(look(OLD)))).toMatchObject({
      message: expect.stringMatching(/470\.82\.01 is too old: CUDA 12 needs 525\.60\.13/),
      hint: expect.stringContaining('Update the driver'),
    });
    expect(() => chooseBuild(linux(look(OLD)), 'cuda')).toThrowError(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  it.each([
    ['too new for the kernels in them', 'NVIDIA GeForce RTX 5090', '12.0'],
    ['too new for the kernels in them', 'NVIDIA B200', '10.0'],
    ['too old for their cuDNN', 'Tesla V100', '7.0'],
  ])('are the processor’s where the card is %s: %s', (_, name, capability) => {
    const machine = linux(look(`echo "${name}, 570.86.15, 32607, ${capability}"`));
    expect(chooseBuild(machine, undefined).device).toBe('cpu');
    expect(whyNotCuda(machine)?.message).toBe(
      `This TensorFlow has no kernels for ${name} (${capability}): it needs compute capability 7.5 to 9.x. The processor is used.`,
    );
    expect(() => chooseBuild(machine, 'cuda')).toThrowError(expect.objectContaining({ code: 'UNSUPPORTED' }));
    const beside = linux(look(`echo "${name}, 570.86.15, 32607, ${capability}"; ${MODERN}`));
    expect(chooseBuild(beside, undefined).device).toBe('cuda');
  });

  it('are the processor’s where the driver is silent or there is no build, with the reason', () => {
    const silent = linux(look(MISMATCH));
    expect(chooseBuild(silent, undefined).device).toBe('cpu');
    expect(whyNotCuda(silent)?.message).toMatch(/does not answer \(nvidia-smi: Failed to initialize NVML/);
    const jetson: Machine = { ...linux(look(MODERN)), arch: 'arm64' };
    expect(chooseBuild(jetson, undefined).device).toBe('cpu');
    expect(whyNotCuda(jetson)?.message).toMatch(/no NVIDIA build for linux on arm64/);
    expect(whyNotCuda(linux({ state: 'absent' }))).toBeNull();
  });
});

describe('on a machine with NVIDIA, the doctor', () => {
  const report = (script: string) =>
    doctorReport(() => false, { TESSERA_CACHE: temporaryFolder(), PATH: pathWith([], { 'nvidia-smi': script }) });

  it('shows the cards', async () => {
    expect((await report(MODERN)).cards.map(({ name }) => name)).toEqual([
      'NVIDIA GeForce RTX 4090',
      'NVIDIA RTX A2000',
    ]);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')('says why they are not used', async () => {
    const messages = (await report(OLD)).problems.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringContaining('470.82.01 is too old'));
  });
});

it('set-up looks for each of NVIDIA’s libraries where TensorFlow will', async () => {
  const build = chooseBuild(linux(look(MODERN)), undefined);
  const site = temporaryFolder();
  const put = (file: string) => {
    mkdirSync(path.dirname(path.join(site, file)), { recursive: true });
    writeFileSync(path.join(site, file), '');
  };
  const parts = [
    'cublas',
    'cuda_cupti',
    'cuda_nvrtc',
    'cuda_runtime',
    'cudnn',
    'cufft',
    'curand',
    'cusolver',
    'cusparse',
  ];
  for (const part of [...parts, 'nvjitlink']) put(`nvidia/${part}/lib/lib${part}.so.12`);
  put('nvidia/cuda_nvcc/bin/ptxas');
  await expect(requireCudaLibraries(build, site)).rejects.toMatchObject({
    code: 'SETUP_FAILED',
    message: expect.stringContaining('nvidia-nccl-cu12 holds no libraries in nvidia/nccl'),
  });
  put('nvidia/nccl/lib/libnccl.so.2');
  await expect(requireCudaLibraries(build, site)).resolves.toBeUndefined();
});

describe('the libraries that TensorFlow’s loader does not search', () => {
  it('are linked beside one that it does, once, and found there', async () => {
    const site = temporaryFolder();
    await linkCudaLibraries(site); // nothing is there: nothing happens
    expect(readdirSync(site)).toEqual([]);
    const lib = (part: string) => path.join(site, 'nvidia', part, 'lib');
    for (const part of ['cublas', 'cusolver']) mkdirSync(lib(part), { recursive: true });
    writeFileSync(path.join(lib('cusolver'), 'libcusolver.so.11'), 'solver');
    writeFileSync(path.join(lib('cusolver'), 'libcusolverMg.so.11'), 'other');
    for (let time = 0; time < 2; time++) await linkCudaLibraries(site);
    expect(readdirSync(lib('cublas'))).toEqual(['libcusolver.so.11']);
    expect(readlinkSync(path.join(lib('cublas'), 'libcusolver.so.11'))).toBe('../../cusolver/lib/libcusolver.so.11');
    expect(readFileSync(path.join(lib('cublas'), 'libcusolver.so.11'), 'utf8')).toBe('solver');
  });
});

describe('the check of an engine', () => {
  const LOG = [
    "2026-01-01 10:00:00.1: I external/local_xla/xla/tsl/platform/default/dso_loader.cc:95] Could not load dynamic library 'libcusolver.so.11'; dlerror: libcusolver.so.11: cannot open shared object file: No such file or directory; LD_LIBRARY_PATH: /a:/b",
    'W0000 00:00:1796095294.9 6863 gpu_device.cc:2431] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly.',
    'Skipping registering GPU devices...',
    'I0000 00:00:1796095294.9 6863 port.cc:153] oneDNN custom operations are on.',
    'Skipping registering GPU devices...',
  ].join('\n');

  it('reads off TensorFlow’s log what it says of cards and their libraries', () => {
    expect(deviceLines(LOG)).toEqual([
      "Could not load dynamic library 'libcusolver.so.11'; dlerror: libcusolver.so.11: cannot open shared object file: No such file or directory",
      'Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly.',
      'Skipping registering GPU devices...',
    ]);
    expect(deviceLines('I0000 port.cc:153] oneDNN custom operations are on.')).toEqual([]);
  });

  it('fails where a card is there and is not used, in TensorFlow’s words, and only there', () => {
    const here = linux(look(MODERN));
    const without = { tensorflow: '2.21.0', gpu: false, deviceLines: deviceLines(LOG) };
    expect(unusedCard({ device: 'cuda' }, here, without)).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringMatching(/RTX 4090 is here, but TensorFlow does not use it\..*'libcusolver\.so\.11'/),
      hint: expect.stringContaining('TESSERA_DEVICE=cpu'),
    });
    expect(unusedCard({ device: 'cuda' }, here, { ...without, deviceLines: [] })?.message).toContain('says nothing');
    expect(unusedCard({ device: 'cuda' }, here, { ...without, gpu: true })).toBeNull();
    expect(unusedCard({ device: 'cpu' }, here, without)).toBeNull();
    expect(unusedCard({ device: 'cuda' }, linux({ state: 'absent' }), without)).toBeNull();
  });

  it('names a kernel that computes something else than a processor, within what a card may round', () => {
    expect(wrongOutput(expectedOutputs)).toBeNull();
    const rounded = expectedOutputs.gradient.map((value) => value * 1.0001);
    expect(wrongOutput({ ...expectedOutputs, gradient: rounded })).toBeNull();
    expect(wrongOutput({ ...expectedOutputs, convolved: [0, 0, 0, 0] })).toBe(
      '“convolved” is [0, 0, 0, 0] where a processor computes [3.03, 4.56, 3.99, 1.89]',
    );
    expect(wrongOutput({ ...expectedOutputs, updated: [1, NaN, 2, 3] })).toContain('“updated”');
    expect(wrongOutput({ ...expectedOutputs, drawn: [] })).toContain('“drawn”');
  });

  it('passes for the engine of this machine', async () => {
    const { folder } = installationOf(chooseBuild());
    expect(await checkBindings(folder)).toEqual({ tensorflow: pins.tensorflow, gpu: false, deviceLines: [] });
  });
});

it('a graphics card’s memory grows with what is used, so that trainer and studio share it', () => {
  for (const role of ['trainer', 'studio'] as const)
    expect(settingsOf(role).environment).toMatchObject({
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      CUDA_VISIBLE_DEVICES: '0',
    });
});
