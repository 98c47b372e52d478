import { AppError } from '@shared/errors';
import { issueText } from '@shared/issues';
import {
  describeFields,
  runSpecSchema,
  sweepAxisSchema,
  type RunSpec,
  type SweepAxis,
  type SweepValue,
} from '@shared/specs';
import { fieldAt, parseAssignment } from './assignments';
import { parseValue } from './values';

const RANGE = /^(?<from>[^.].*?)\.\.(?<to>[^:]+)(?::(?<scale>log|linear))?(?::(?<points>\d+))?$/;

/**
 * One `--vary path=…` of a sweep over `base`: values (`64,128,256`), or a range (`1e-4..1e-2`, `1e-4..1e-2:log`,
 * `1e-4..1e-2:log:5` for five points of a grid). The path may be short as in `--set`. BAD_REQUEST names what is wrong.
 */
export function parseAxis(base: RunSpec, text: string): SweepAxis {
  const { path: given, value } = parseAssignment(text, '--vary');
  const fields = describeFields(runSpecSchema, base).filter(({ path }) => path !== 'dataset' && path !== 'preset');
  const field = fieldAt(fields, given, '--vary');
  const { path } = field;
  const label = `--vary ${given}`;
  const range = field.kind === 'integer' || field.kind === 'number' ? RANGE.exec(value)?.groups : undefined;
  if (!range)
    return {
      kind: 'values',
      field: path,
      values: value.split(',').map((one) => parseValue(field, one, label) as SweepValue),
    };
  const [from, to] = [range.from, range.to].map((end) => parseValue(field, end ?? '', label));
  const parsed = sweepAxisSchema.safeParse({
    kind: 'range',
    field: path,
    from,
    to,
    whole: field.kind === 'integer',
    ...(range.scale ? { scale: range.scale } : {}),
    ...(range.points ? { points: Number(range.points) } : {}),
  });
  if (parsed.success) return parsed.data;
  throw new AppError('BAD_REQUEST', `${label}: ${issueText(parsed.error)}.`, '', { field: path });
}
