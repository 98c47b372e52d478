export function carriedPackages(): [string, { folder: string; manifest: unknown }][];
