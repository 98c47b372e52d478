export function violation(file: string, source: string): string | null;
