import { protocol } from 'electron';
import { pageScheme } from './address';
import { answerPage } from './files';

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the page from `root` under its own scheme. */
export function enablePageProtocol(root: string): void {
  protocol.handle(pageScheme, async (request) => {
    const { status, headers, body } = await answerPage(root, request.url, request.method);
    return new Response(body as Uint8Array<ArrayBuffer>, { status, headers });
  });
}
