import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { doctorReport } from '../../../../../main/engine/tensorflow/native/doctor';
import { requireCudaLibraries } from '../../../../../main/engine/tensorflow/native/install';
import {
  driverOfModule,
  examineNvidia,
  isAtLeast,
  parseCards,
} from '../../../../../main/engine/tensorflow/native/nvidia';
import { type Machine, chooseBuild, whyNotCuda } from '../../../../../main/engine/tensorflow/native/pins';
import { settingsOf } from '../../../../../main/engine/process/settings';
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
    doctorReport({ TESSERA_CACHE: temporaryFolder(), PATH: pathWith([], { 'nvidia-smi': script }) });

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

it('a graphics card’s memory grows with what is used, so that trainer and studio share it', () => {
  for (const role of ['trainer', 'studio'] as const)
    expect(settingsOf(role).environment).toMatchObject({ TF_FORCE_GPU_ALLOW_GROWTH: 'true' });
});
