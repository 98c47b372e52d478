import { describe, expect, it } from 'vitest';
import { asAppError } from '@shared/errors';
import { knownSentence, translateSentence } from '@/i18n/sentences';
import chinese from '@/i18n/sentences/zh-CN.json';
import { sentencesIn } from '../../support/sentences';

const said = sentencesIn([
  'main/engine/media',
  ...['doctor', 'tools', 'pins', 'check'].map((name) => `main/engine/tensorflow/native/${name}.ts`),
]);

describe('what workbench and engine say', () => {
  it('is found in the sources at all', () => {
    expect(said.length).toBeGreaterThan(100);
    expect(said.map(({ sentence }) => sentence)).toEqual(expect.arrayContaining(['it is encrypted', 'a PDF document']));
  });

  it('has a translation: every reason to skip a file and every problem of the doctor (else add it to zh-CN.json)', () => {
    expect(said.filter(({ sentence }) => knownSentence(sentence, 'zh-CN') === null)).toEqual([]);
  });

  it.each([
    ...[
      'ENOSPC',
      'EDQUOT',
      'EACCES',
      'EPERM',
      'EROFS',
      'EMFILE',
      'EIO',
      'ENODEV',
      'ENAMETOOLONG',
      'EFBIG',
      'ENOMEM',
      'ENOENT',
    ],
    ...[
      'ENOTDIR',
      'EISDIR',
      'EEXIST',
      'ELOOP',
      'EXDEV',
      'EBUSY',
      'ENOTSUP',
      'EPIPE',
      'EOTHER',
      'SQLITE_FULL',
      'SQLITE_BUSY',
    ],
    ...['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_CONSTRAINT', 'SQLITE_NOMEM'],
  ])('says in Chinese what went wrong at %s, and what to do', (code) => {
    for (const path of ['/data/run.json', undefined]) {
      const { message, hint } = asAppError(Object.assign(new Error('said by the system'), { code, path }));
      for (const sentence of [message, hint]) {
        expect(translateSentence(sentence, 'zh-CN'), sentence).toMatch(/。$/);
        expect(translateSentence(sentence, 'zh-CN').replace('/data/run.json', '')).not.toMatch(/[a-z]{4,} [a-z]/);
      }
    }
  });

  it.each([
    ['a bitmap of 2 bits per pixel is not read', '不支持每像素 2 位的位图'],
    ['not an image but a PDF document', '不是图片，而是PDF 文档'],
    [
      'only 2 of its 4 pictures could be read: it is a link, and links are not followed',
      '4 张图片中只能读取 2 张：这是链接，而链接不会被跟随',
    ],
    ['it is damaged or was cut off', '文件已损坏或不完整'],
    [
      'not an image but a list of captions, which is not read; its paths must start at its own folder',
      '不是图片，而是描述列表，不支持读取；其中的路径须以它所在的文件夹为起点',
    ],
    ['captions.csv also names classes: the folders’ are used.', 'captions.csv 也写有类别：已采用文件夹的类别。'],
    [
      'Rows of captions.jsonl that name no file here: 1,204 (a/0001.png).',
      'captions.jsonl 中找不到对应文件的行：1,204 行（a/0001.png）。',
    ],
    ['its text is not UTF-8: save it as UTF-8', '其文本不是 UTF-8 编码：请另存为 UTF-8'],
    ['it is damaged (VipsJpeg: premature end)', '文件已损坏（VipsJpeg: premature end）'],
    ['it has 9 × 8 pixels, more than 7 million pixels', '有 9 × 8 像素，超过上限 7 百万像素'],
    ['The trainer process was ended by SIGKILL.', '训练进程被 SIGKILL 终止。'],
  ])('reads “%s” as “%s”', (english, expected) => {
    expect(translateSentence(english, 'zh-CN')).toBe(expected);
    expect(translateSentence(english, 'en')).toBe(english);
  });

  it('stays as it is where nobody has translated it', () => {
    expect(translateSentence('Something quite new.', 'zh-CN')).toBe('Something quite new.');
    expect(translateSentence('a $& b', 'zh-CN')).toBe('a $& b');
  });

  it('keeps every value in its translation', () => {
    const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [english, translated] of Object.entries(chinese))
      expect(names(translated), english).toEqual(names(english));
  });
});
