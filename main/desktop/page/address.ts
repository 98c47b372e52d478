/** The page's own scheme: nothing in the window is ever loaded from `file:` or the network. */
export const pageScheme = 'app';
export const pageHost = 'tessera';
export const pageAddress = `${pageScheme}://${pageHost}/index.html`;

/** Whether a URL is the page's own, as the parser says, not by how its text begins. */
export function isPageUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return url.protocol === `${pageScheme}:` && url.host === pageHost && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}

/** The path of a page URL as written, before the parser resolved `..` and the like. */
export function rawPathOf(url: string): string {
  const start = url.indexOf('/', `${pageScheme}://`.length);
  return start < 0 ? '/' : url.slice(start).split(/[?#]/, 1)[0]!;
}
