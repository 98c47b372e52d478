/**
 * What crosses every pipe (engine, workbench, renderer): envelopes of requests, replies, errors, progress, events and
 * cancellations, as MessagePack with typed arrays copied in place.
 */
export { type Envelope } from './envelope';
export { decodeEnvelope, encodeEnvelope, packValue, unpackValue } from './codec';
export { createFrameReader, frame, MAX_FRAME_BYTES } from './framing';
export { createPeer, type Handlers, type MessagePipe, type Peer, type RequestContext } from './peer';
export { coalesce } from './coalesce';
export { streamPipe, type ByteStream } from './stream-pipe';
