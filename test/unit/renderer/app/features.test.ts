import { createPinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import { appCommands } from '@/app/app-commands';
import { dialogs } from '@/app/dialogs';
import { features } from '@/app/features';
import { createAppRouter } from '@/app/router';
import { i18n } from '@/i18n';

const { te } = i18n.global as unknown as { te: (key: string, locale: string) => boolean };
const router = createAppRouter();

describe('the screens together', () => {
  const app = createApp({}).use(createPinia()).use(router).use(i18n);
  const commands = () =>
    app.runWithContext(() => [...appCommands(router), ...features.flatMap((feature) => feature.commands())]);

  it('have ids and ways of their own, each way leading somewhere', () => {
    expect(new Set(features.map(({ id }) => id)).size).toBe(features.length);
    for (const { id, nav } of features) expect(router.resolve(nav.to).fullPath).toContain(id);
  });

  it('have commands whose ids and shortcuts no other has', () => {
    const ids = commands().map(({ id }) => id);
    const shortcuts = commands().flatMap(({ shortcut }) => shortcut ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+\.[a-z]/);
  });

  it('open the import from any screen', async () => {
    await commands()
      .find(({ id }) => id === 'datasets.import')!
      .run();
    expect(router.currentRoute.value.path).toBe('/datasets');
    expect(dialogs.import).toBe(true);
    dialogs.import = false;
  });

  it.each(['en', 'zh-CN'])('are named in %s: navigation, titles, commands', (locale) => {
    const keys = [
      ...features.map(({ nav }) => nav.label),
      ...features.flatMap(({ routes }) => routes.map(({ meta }) => String(meta?.title))),
      ...commands().map(({ label }) => label),
    ];
    expect(keys.filter((key) => !te(key, locale))).toEqual([]);
  });
});
