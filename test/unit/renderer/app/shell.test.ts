import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h, type Component } from 'vue';
import type { Incident } from '@shared/contract';
import { AppError } from '@shared/errors';
import ConnectionNotice from '@/app/ConnectionNotice.vue';
import DoctorPanel from '@/app/DoctorPanel.vue';
import EngineNotice from '@/app/EngineNotice.vue';
import { dialogs } from '@/app/dialogs';
import HelpPanel from '@/app/HelpPanel.vue';
import IncidentBanner from '@/app/IncidentBanner.vue';
import ManualPage from '@/app/ManualPage.vue';
import PathSteps from '@/app/PathSteps.vue';
import StorageNotice from '@/app/StorageNotice.vue';
import { i18n } from '@/i18n';
import { useConnection } from '@/stores/connection';
import { useEngine } from '@/stores/engine';
import { usePreferences } from '@/stores/preferences';
import { fakeDatasetHandlers } from '../../../support/fake-datasets';
import { fakeDataset, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';
import type { FakeHandlers } from '../../../support/fake-workbench';

let screen: MountedScreen;
const open = async (part: Component, more: FakeHandlers = {}, path = '/'): Promise<void> => {
  screen = await mountScreen(part, path, { ...fakeRunHandlers([]), ...fakeDatasetHandlers([]), ...more });
};
const asked = (method: string): unknown[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params);

beforeEach(() => Object.assign(dialogs, { palette: false, help: false, doctor: false, import: false }));
afterEach(() => {
  screen.page.unmount();
  document.body.innerHTML = '';
  localStorage.clear();
});

describe('the notice about the disk', () => {
  it('is there while the workspace can’t be written to, in the reader’s language, and goes with an event', async () => {
    const full = { state: 'full', folder: '/w', message: 'The disk of the workspace /w is full.', hint: '' } as const;
    await open(StorageNotice, { 'app.storage': () => full });
    const notice = () => screen.page.find('[data-test="storage"]');
    await vi.waitFor(() => expect(notice().exists()).toBe(true));
    expect(notice().text()).toContain('The disk is full: you can only look and delete');
    expect(notice().text()).toContain('/w');
    await screen.page.find('[data-test="storage-bin"]').trigger('click');
    expect(dialogs.bin).toBe(true);
    dialogs.bin = false;
    screen.fake.emit('app.storage', { ...full, state: 'read-only' });
    i18n.global.locale.value = 'zh-CN';
    await vi.waitFor(() => expect(notice().text()).toContain('工作区不可写入'));
    i18n.global.locale.value = 'en';
    screen.fake.emit('app.storage', { ...full, state: 'writable' });
    await vi.waitFor(() => expect(notice().exists()).toBe(false));
  });
});

describe('an incident', () => {
  const incident: Incident = {
    id: 'i',
    kind: 'lost',
    role: 'trainer',
    run: 'shoes',
    message: '',
    hint: 'The trainer process was ended by SIGKILL.',
    step: 500,
    atStep: 612,
    logTail: 'step 619\nKilled',
    at: '2026-01-05T09:10:00.000Z',
  };
  const handlers: FakeHandlers = {
    ...fakeRunHandlers([fakeRun('shoes', 'interrupted', 620)]),
    'runs.incidents': () => [incident],
    'runs.dismiss': () => ({}),
  };

  it('says what stopped, what is kept and why, and continues the run', async () => {
    await open(IncidentBanner, handlers);
    await vi.waitFor(() =>
      expect(screen.page.text()).toContain('Training of “shoes” stopped unexpectedly at step 612'),
    );
    expect(screen.page.text()).toContain(
      'Everything up to step 500 is kept. The trainer process was ended by SIGKILL.',
    );
    expect(screen.page.find('[data-test="incident-continue"]').text()).toBe('Continue from step 500');
    await screen.page.find('[data-test="incident-continue"]').trigger('click');
    await vi.waitFor(() => expect(screen.page.find('[data-test="incident"]').exists()).toBe(false));
    expect(asked('runs.continue')).toEqual([{ run: 'shoes' }]);
  });

  it('about a folder that can’t be written says why, what is kept, and continues the run', async () => {
    const [message, hint] = ['The disk is full: metrics.jsonl could not be written.', 'Make room, then try again.'];
    const unwritable: Incident = { ...incident, kind: 'disk', message, hint, logTail: '' };
    await open(IncidentBanner, { ...handlers, 'runs.incidents': () => [unwritable] });
    await vi.waitFor(() => expect(screen.page.text()).toContain('Training of “shoes” ended at step 612'));
    expect(screen.page.text()).toContain(`Everything up to step 500 is kept. ${message} ${hint}`);
    expect(screen.page.find('[data-test="incident-continue"]').exists()).toBe(true);
  });

  it('about a damaged checkpoint says which one is used instead, in the reader’s language', async () => {
    const damaged: Incident = {
      ...incident,
      kind: 'damaged',
      role: 'studio',
      message: 'checkpoints/600/weights.safetensors is damaged: it is not a whole safetensors file.',
      hint: 'The checkpoint at step 500 is used instead.',
      atStep: 600,
      logTail: '',
    };
    await open(IncidentBanner, { ...handlers, 'runs.incidents': () => [damaged] });
    await vi.waitFor(() => expect(screen.page.text()).toContain('The checkpoint of “shoes” at step 600 is damaged'));
    expect(screen.page.text()).toContain('The one at step 500 is used instead.');
    expect(screen.page.find('[data-test="incident-continue"]').exists()).toBe(false);
    i18n.global.locale.value = 'zh-CN';
    await vi.waitFor(() =>
      expect(screen.page.text()).toContain('checkpoints/600/weights.safetensors 已损坏：不是完整的 safetensors 文件。'),
    );
    i18n.global.locale.value = 'en';
  });

  it('stays when the run can’t be continued', async () => {
    await open(IncidentBanner, {
      ...handlers,
      'runs.continue': () => Promise.reject(new Error('The dataset is gone.')),
    });
    await vi.waitFor(() => expect(screen.page.find('[data-test="incident-continue"]').exists()).toBe(true));
    await screen.page.find('[data-test="incident-continue"]').trigger('click');
    await vi.waitFor(() => expect(asked('runs.continue')).toHaveLength(1));
    expect(screen.page.find('[data-test="incident"]').exists()).toBe(true);
    expect(asked('runs.dismiss')).toEqual([]);
  });
});

describe('the notice of a lost connection', () => {
  it('is there while it is lost, and only then', async () => {
    await open(ConnectionNotice);
    expect(screen.page.find('[data-test="connection-lost"]').exists()).toBe(false);
    useConnection().state = 'lost';
    await vi.waitFor(() =>
      expect(screen.page.find('[data-test="connection-lost"]').text()).toContain('nothing you made is lost'),
    );
  });
});

describe('the three first steps', () => {
  it('mark what is done and where one is', async () => {
    const own = { ...fakeDataset, bundled: false };
    await open(PathSteps, fakeDatasetHandlers([own]), '/train');
    await vi.waitFor(() => expect(screen.page.find('[aria-current="step"]').text()).toBe('Train'));
    expect(screen.page.findAll('a').map((link) => link.attributes('href'))).toEqual(['/datasets', '/train', '/studio']);
  });
});

const theReport = async () =>
  fakeRunHandlers([])['engine.doctor']!({}, { signal: new AbortController().signal, progress: () => undefined });

describe('the doctor', () => {
  it('says what to mend first while TensorFlow is not set up', async () => {
    const report = await theReport();
    const problems = [
      { code: 'ENGINE_NOT_SET_UP', message: 'TensorFlow is not set up.', hint: 'Run “npm run setup”.' },
    ];
    await open(DoctorPanel, { 'engine.doctor': () => ({ ...report, ok: false, engine: null, problems }) });
    dialogs.doctor = true;
    await vi.waitFor(() => expect(document.body.textContent).toContain('Run “npm run setup”.'));
    expect(document.body.textContent).toContain('not set up');
  });

  it('says which engine encodes and decodes, why, and what cards there are', async () => {
    const report = await theReport();
    const backend = { kind: 'portable', why: 'does-not-load' } as const;
    const cards = [{ name: 'RTX 4090', driver: '550.54.14', memory: 24564, computeCapability: '8.9' }];
    await open(DoctorPanel, { 'engine.doctor': () => ({ ...report, engine: null, backend, cards }) });
    dialogs.doctor = true;
    await vi.waitFor(() => expect(document.body.textContent).toContain('WebAssembly, without training'));
    expect(document.body.textContent).toContain('is set up but doesn’t load');
    expect(document.body.textContent).toMatch(/RTX 4090 · driver 550\.54\.14 · 25\.8/);
  });
});

describe('without TensorFlow', () => {
  it('gives the choice, and is quiet once it was made', async () => {
    const report = await theReport();
    const backend = { kind: 'portable', why: 'not-set-up' } as const;
    await open(EngineNotice, { 'engine.doctor': () => ({ ...report, ok: false, engine: null, backend }) });
    const notice = () => screen.page.find('[data-test="without-tensorflow"]');
    await vi.waitFor(() => expect(notice().exists()).toBe(true));
    expect(notice().text()).toMatch(/Training does not.*npm run setup/);
    await screen.page.find('[data-test="without-tensorflow-accept"]').trigger('click');
    expect(notice().exists()).toBe(false);
  });

  it('is no matter where TensorFlow is set up', async () => {
    await open(EngineNotice, {});
    await vi.waitFor(() => expect(useEngine().report).not.toBeNull());
    expect(screen.page.find('[data-test="without-tensorflow"]').exists()).toBe(false);
  });
});

describe('the manual', () => {
  it('opens at the page of the screen one is on, and follows the language', async () => {
    await open(HelpPanel, { 'app.help': ({ page, locale }) => ({ markdown: `# ${page} in ${locale}` }) }, '/train');
    dialogs.help = true;
    await vi.waitFor(() =>
      expect(document.querySelector('[data-test="manual"] h2')?.textContent).toBe('training in en'),
    );
    usePreferences().locale = 'zh-CN';
    await vi.waitFor(() =>
      expect(document.querySelector('[data-test="manual"] h2')?.textContent).toBe('training in zh-CN'),
    );
    usePreferences().locale = 'en';
  });

  it('shows a page’s pictures, and the words of one that isn’t there', async () => {
    const markdown =
      '![Nine shoes](../pictures/shoes.png) ![A hat](../pictures/hat.png) ![No](https://example.org/x.png)';
    const helpPicture = ({ name }: { name: string }) => {
      if (name !== 'shoes') throw new AppError('NOT_FOUND', 'There is no such picture.');
      return { png: new Uint8Array([137, 80, 78, 71]) };
    };
    await open(HelpPanel, { 'app.help': () => ({ markdown }), 'app.helpPicture': helpPicture });
    dialogs.help = true;
    const seen = (tag: string) => [...document.querySelectorAll(`[data-test="manual"] ${tag}`)];
    await vi.waitFor(() => expect(seen('img')[0]?.getAttribute('src')).toMatch(/^blob:/));
    expect(seen('img').map((one) => one.getAttribute('alt'))).toEqual(['Nine shoes']);
    expect(seen('figcaption').map((one) => one.textContent)).toEqual(['Nine shoes', 'A hat']);
  });

  it('goes from a page to one that it names', async () => {
    const markdown = 'See [Metrics](metrics.md), or [elsewhere](https://example.org).';
    await open(HelpPanel, { 'app.help': ({ page }) => ({ markdown: page === 'start' ? markdown : `# ${page}` }) });
    dialogs.help = true;
    const links = () => [...document.querySelectorAll<HTMLElement>('[data-test="manual"] button')];
    await vi.waitFor(() => expect(links().map((link) => link.textContent)).toEqual(['Metrics']));
    links()[0]!.click();
    await vi.waitFor(() => expect(document.querySelector('[data-test="manual"] h2')?.textContent).toBe('metrics'));
  });

  it('draws headings, lists, tables and code, and never markup that is in the text', async () => {
    const markdown =
      '# A & B\n\n- one **bold**\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n`x < y`\n\n<img src=x onerror=alert(1)>';
    await open(defineComponent({ render: () => h(ManualPage, { markdown }) }));
    const page = screen.page.find('[data-test="manual"]');
    expect(page.find('h2').text()).toBe('A & B');
    expect(page.find('li strong').text()).toBe('bold');
    expect(page.findAll('td').map((cell) => cell.text())).toEqual(['1', '2']);
    expect(page.find('code').text()).toBe('x < y');
    expect(page.find('img').exists()).toBe(false);
  });
});

describe('preferences', () => {
  it('are kept, and the page is dark or light and in a language at once', async () => {
    await open(ConnectionNotice);
    const preferences = usePreferences();
    preferences.theme = 'dark';
    preferences.locale = 'zh-CN';
    expect(document.documentElement.classList.contains('dark')).toBe(true);
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(i18n.global.locale.value).toBe('zh-CN');
    await vi.waitFor(() =>
      expect([localStorage.getItem('theme'), localStorage.getItem('locale')]).toEqual(['dark', 'zh-CN']),
    );
    preferences.theme = 'light';
    preferences.locale = 'en';
    expect(document.documentElement.classList.contains('dark')).toBe(false);
  });
});
