import { Command } from 'commander';
import type { DoctorReport } from '@shared/contract';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const doctorCommand: CommandFile = (begin) =>
  new Command('doctor').description('versions, device, threads, and what is wrong').action((flags: CommonFlags) =>
    begin(flags, ({ outside, output, workspace }) =>
      withSession(outside, workspace, async ({ peer }) => {
        const report = await peer.request('engine.doctor', {}, { signal: outside.interrupted });
        output.result(report, reportText(report));
        return report.ok ? exitCodes.done : exitCodes.failed;
      }),
    ),
  );

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const backends = { native: 'TensorFlow', portable: 'WebAssembly, without training' };
const reasons = {
  'set-up': 'it is set up',
  'not-set-up': 'TensorFlow is not set up',
  'does-not-load': 'TensorFlow is set up but does not load',
  asked: 'TESSERA_ENGINE says so',
};

function reportText({
  ok,
  versions,
  engine,
  backend,
  cards,
  memory,
  cache,
  perceptualTrunk,
  problems,
}: DoctorReport): string[] {
  return [
    `Tessera ${versions.tessera}, Node ${versions.node}, ${versions.platform}`,
    engine
      ? `TensorFlow ${engine.tensorflow} on ${engine.device}, ${engine.threads} threads`
      : 'TensorFlow is not working here',
    `Encodes and decodes with ${backends[backend.kind]}: ${reasons[backend.why]}`,
    ...cards.map((card) => `${card.name}, driver ${card.driver}${card.memory === null ? '' : `, ${card.memory} MiB`}`),
    `Memory ${gibibytes(memory.total)}, ${gibibytes(memory.free)} free`,
    `Engine files in ${cache.path}, ${gibibytes(cache.bytes)}`,
    perceptualTrunk
      ? 'The perceptual trunk is set up'
      : 'Without the perceptual trunk: no perceptual loss or metrics ("tessera setup" fetches it)',
    ...problems.flatMap(({ message, hint }) => [`! ${message}`, ...(hint ? [`  ${hint}`] : [])]),
    ok ? 'All is well.' : 'Something is wrong: see above.',
  ];
}
