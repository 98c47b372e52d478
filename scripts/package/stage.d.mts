export interface Lockfile {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean; link?: boolean }>;
}
export function productionModules(lock: Lockfile): string[];
export function stage(options: {
  root: string;
  out: string;
  node: string;
  nodeLicence: string;
  engine: string;
  trunk: string;
  icon: Uint8Array;
}): Promise<void>;
export function findEngine(cache: string): Promise<string>;
export function findTrunk(cache: string): Promise<string>;
