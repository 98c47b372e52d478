import { createHash } from 'node:crypto';
import { pageHeaders } from '@shared/page';

/** The page's words, in each language a browser may ask for. */
const words = {
  en: {
    title: 'Tessera needs its key',
    missing: 'This address has no key yet, or one from an earlier time. Only the person who started Tessera has it.',
    wrong: 'That key does not open this workspace. It may be from another workspace, or an earlier key.',
    label: 'Key, or the whole address that Tessera printed',
    open: 'Open Tessera',
    hint: 'Tessera prints the address when it starts, in the terminal: http://127.0.0.1:…/?token=…',
  },
  'zh-CN': {
    title: 'Tessera 需要密钥',
    missing: '这个地址没有密钥，或者密钥已经失效。只有启动 Tessera 的人拥有密钥。',
    wrong: '这个密钥打不开此工作区。它可能属于另一个工作区，或者是以前的密钥。',
    label: '密钥，或 Tessera 打印的完整地址',
    open: '打开 Tessera',
    hint: 'Tessera 启动时会在终端里打印地址：http://127.0.0.1:…/?token=…',
  },
} as const;

const style = `
:root{color-scheme:light dark;--ground:#f4f5f6;--card:#fff;--line:#d9dde1;--text:#16191d;--soft:#525b66;--brand:#0f766e;--on:#fff;--bad:#b42318}
@media (prefers-color-scheme:dark){:root{--ground:#0d1013;--card:#16191d;--line:#2d333a;--text:#f1f3f5;--soft:#a3adb8;--brand:#2dd4bf;--on:#04211d;--bad:#ff9c8f}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--text);font:15px/1.55 system-ui,"Noto Sans SC",sans-serif}
main{width:100%;max-width:28rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
svg{width:40px;height:40px;display:block}
h1{margin:1rem 0 .35rem;font-size:1.25rem;line-height:1.3}
p{margin:0 0 1.25rem;color:var(--soft)}
p.wrong{color:var(--bad)}
label{display:block;margin-bottom:.35rem;font-size:.875rem;font-weight:600}
input{width:100%;padding:.6rem .7rem;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:8px}
button{width:100%;margin-top:.75rem;padding:.6rem 1rem;font:inherit;font-weight:600;color:var(--on);background:var(--brand);border:0;border-radius:8px;cursor:pointer}
input:focus-visible,button:focus-visible{outline:2px solid var(--brand);outline-offset:2px}
small{display:block;margin-top:1rem;color:var(--soft);overflow-wrap:anywhere}
`;

/** Content policy: nothing is loaded or run but one style sheet, by its hash, and a form that posts to this server. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of the page, in addition to its status. */
export const keyPageHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'Content-Security-Policy': contentSecurityPolicy,
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  Vary: 'Accept, Accept-Language',
};

/** The page for a browser without the key: a field for entering it, in the browser's language, light or dark. */
export function keyPage({ language, isWrong }: { language: string | undefined; isWrong: boolean }): string {
  const locale = prefersChinese(language) ? 'zh-CN' : 'en';
  const say = words[locale];
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${say.title}</title><style>${style}</style></head>
<body><main>
<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="6" fill="#0f766e"/><g fill="#ccfbf1"><rect x="6" y="6" width="6" height="6" rx="1"/><rect x="13" y="6" width="6" height="6" rx="1" opacity=".55"/><rect x="20" y="6" width="6" height="6" rx="1" opacity=".8"/><rect x="6" y="13" width="6" height="6" rx="1" opacity=".4"/><rect x="13" y="13" width="6" height="6" rx="1"/><rect x="20" y="13" width="6" height="6" rx="1" opacity=".3"/><rect x="6" y="20" width="6" height="6" rx="1" opacity=".7"/><rect x="13" y="20" width="6" height="6" rx="1" opacity=".35"/><rect x="20" y="20" width="6" height="6" rx="1"/></g></svg>
<h1>${say.title}</h1>
<p${isWrong ? ' class="wrong" role="alert"' : ''}>${isWrong ? say.wrong : say.missing}</p>
<form method="get" action="/">
<label for="token">${say.label}</label>
<input id="token" name="token" type="text" required autocomplete="off" spellcheck="false" autofocus>
<button type="submit">${say.open}</button>
</form>
<small>${say.hint}</small>
</main></body>
</html>
`;
}

/** Whether Chinese comes before English among the browser's languages; English if neither is named. */
function prefersChinese(header: string | undefined): boolean {
  const quality = (part: string): number => Number(/;\s*q=([\d.]+)/.exec(part)?.[1] ?? 1);
  const best = (language: RegExp): number =>
    Math.max(0, ...(header ?? '').split(',').flatMap((part) => (language.test(part.trim()) ? [quality(part)] : [])));
  return best(/^zh\b/i) > best(/^en\b/i);
}
