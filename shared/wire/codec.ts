import { Packr, Unpackr } from 'msgpackr';
import { AppError } from '../errors';
import { envelopeSchema, type Envelope } from './envelope';

// Records (msgpackr's own extension) stay off: both ends must read plain MessagePack. moreTypes keeps typed arrays.
const options = { useRecords: false, moreTypes: true, structuredClone: true, int64AsType: 'number' as const };
const packr = new Packr(options);
const unpackr = new Unpackr({ ...options, copyBuffers: true });

/** Any value as the pipes pack it, for a file: plain MessagePack, typed arrays kept. */
export const packValue = (value: unknown): Uint8Array => packr.pack(value);
/** What `packValue` packed. Throws whatever msgpackr throws for bytes that are none. */
export const unpackValue = (bytes: Uint8Array): unknown => unpackr.unpack(bytes);

/** The bytes of one envelope. Typed arrays are copied, never transferred. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return packr.pack(envelope);
}

/** The envelope in `bytes`; anything else is refused. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  let value: unknown;
  try {
    value = unpackr.unpack(bytes);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'A message could not be decoded.', '', { cause });
  }
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) throw new AppError('BAD_REQUEST', 'A message has not the shape of an envelope.');
  return parsed.data;
}
