import { fileURLToPath } from 'node:url';
import VueI18n from '@intlify/unplugin-vue-i18n/vite';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The page: one build for the desktop window and for the browser host. */
export default defineConfig({
  root: path('./renderer'),
  base: './',
  publicDir: path('./renderer/public'),
  resolve: { alias: { '@shared': path('./shared'), '@': path('./renderer') } },
  plugins: [
    vue(),
    ui({
      dts: true,
      autoImport: { dts: path('./renderer/auto-imports.d.ts'), imports: ['vue', 'vue-router', 'vue-i18n'] },
      components: { dts: path('./renderer/components.d.ts'), dirs: [] },
      // the preferences store owns the theme; Nuxt UI's own switch would set it back at start
      colorMode: false,
      ui: {
        colors: { primary: 'teal', neutral: 'slate', success: 'green', info: 'blue', warning: 'amber', error: 'red' },
      },
      icon: {
        clientBundle: {
          scan: { globInclude: ['**/*.{vue,ts}'], globExclude: ['node_modules', 'dist'] },
          sizeLimitKb: 512,
        },
      },
      experimental: { componentDetection: true },
    }),
    VueI18n({
      include: [path('./renderer/i18n') + '/{en,zh-CN}/**'],
      runtimeOnly: true,
      compositionOnly: true,
      dropMessageCompiler: true,
      strictMessage: true,
    }),
  ],
  build: {
    outDir: path('./dist/renderer'),
    emptyOutDir: true,
    target: 'baseline-widely-available',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)/ },
            {
              name: 'ui',
              test: /node_modules[\\/](@nuxt[\\/]ui|reka-ui|@floating-ui|@iconify|tailwind-|@internationalized|fuse|@tanstack)/,
            },
            { name: 'vue', test: /node_modules[\\/](vue|@vue|pinia|vue-router|vue-i18n|@intlify|@vueuse)/ },
          ],
        },
      },
    },
  },
});
