export function importsBelow(root: string): Map<string, string[]>;
export function importsOf(sources: ReadonlyMap<string, string>): Map<string, string[]>;
export function circleOf(imports: ReadonlyMap<string, readonly string[]>, file: string): string[] | null;
