import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { incidentSchema, type Incident } from '@shared/contract';
import { onDisk } from '../../files';

/** A line of incidents.jsonl: an incident, or its dismissal by a person or because the run went on. */
const lineSchema = z.union([z.object({ incident: incidentSchema }), z.object({ dismissed: z.string() })]);
type Line = z.input<typeof lineSchema>;

const NEWLINE = 0x0a;

/** Appends a line, on disk when this returns. A torn line before it, left by a crash, stays on a line of its own. */
export function appendIncidentLine(file: string, line: Line): void {
  onDisk(file, () => {
    const start = endsInLine(file) ? '' : '\n';
    const bytes = Buffer.from(`${start}${JSON.stringify(line)}\n`);
    const descriptor = openSync(file, 'a');
    try {
      writeSync(descriptor, bytes); // one call: lines that two processes append don't mix
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Reads a file's incidents that nobody has dismissed, oldest first; an unchanged file is read once. */
export function createIncidentReader(): (file: string) => Incident[] {
  const kept = new Map<string, { stamp: string; open: Incident[] }>();
  return (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return [];
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    const known = kept.get(file);
    if (known?.stamp === stamp) return known.open;
    const open = openIncidents(readFileSync(file, 'utf8'));
    kept.set(file, { stamp, open });
    return open;
  };
}

function openIncidents(text: string): Incident[] {
  const open = new Map<string, Incident>();
  for (const one of text.split('\n')) {
    const line = parseLine(one);
    if (line === null) continue; // torn
    if ('dismissed' in line) open.delete(line.dismissed);
    else open.set(line.incident.id, line.incident);
  }
  return [...open.values()];
}

function parseLine(text: string): z.output<typeof lineSchema> | null {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function endsInLine(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return !stat || stat.size === 0 || readFileSync(file).at(-1) === NEWLINE;
}
