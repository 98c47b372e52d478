import type { NameEncoding } from '@shared/specs/dataset';

/** An encoding that names may be in. */
export type Encoding = Exclude<NameEncoding, 'auto'>;

/** What cp437, the encoding of DOS, has for bytes 128 to 255. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const labels: Record<Exclude<Encoding, 'cp437'>, string> = {
  'utf-8': 'utf-8',
  gbk: 'gb18030',
  big5: 'big5',
  shift_jis: 'shift_jis',
  'euc-kr': 'euc-kr',
  cp866: 'ibm866',
  'windows-1252': 'windows-1252',
};

/** What people call it. */
export const encodingNames: Record<Encoding, string> = {
  'utf-8': 'UTF-8',
  gbk: 'GBK',
  big5: 'Big5',
  shift_jis: 'Shift-JIS',
  'euc-kr': 'EUC-KR',
  cp437: 'cp437',
  cp866: 'cp866',
  'windows-1252': 'Windows-1252',
};

/** A name's bytes as text; what the encoding doesn't know becomes `�`. */
export function decodeName(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'cp437')
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CP437[byte - 128]!)).join('');
  return new TextDecoder(labels[encoding], { ignoreBOM: true }).decode(bytes);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A name's bytes as UTF-8, or null if they are not. */
export function utf8Name(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

export const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 128);

/**
 * Characters that are far more frequent in names than the rest of their script: they tell languages of like bytes
 * apart.
 */
const frequent = new Set(
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运图照片像猫狗花鸟鱼树车船飞飞机房红黄蓝绿黑草虫牛羊鸡鸭兔虎狮熊猴' +
    '이다는의에가을를은하고기사한지로도자리인어시아대나그스서정전수원부일주상보제장마유구여해우조국있비오라공동신선경영과만미모안세치무소강연생학김박양고양개강아꽃새물고사진사람집차산바' +
    '的一是不了人我在有他這為之大來以個中上們到說國和地也子時道出而要於就下得可你年生自會那後能對著事其里所去行過家十用發天如然作方成者多日都三小軍二無同麼經法當起與好看學進種將還分此心前面又定見只主沒公從貓狗花鳥魚樹車船圖片照' +
    '日本人大小中国年月山川田花犬猫鳥魚車船空海木森林水火金土白黒赤青黄表示能力画像写真東西南北新古高子男女学校生先色名前後上下左右',
);

type Weigh = (bytes: Uint8Array, at: number) => { length: number; weight: number };

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
const impossible = { length: 1, weight: -4 };

/**
 * How well the character that begins at a byte fits a text of each encoding, for each of its bytes: 1 for what names
 * are made of, little for what hardly occurs, negative for what can't be. After the frequency ranges of the standards:
 * GB 2312 and Big5 level 1, JIS X 0208 kana and level 1, the hangul of KS X 1001.
 */
const weighing: Record<Exclude<Encoding, 'utf-8'>, Weigh> = {
  gbk: (bytes, at) => {
    const [first, second] = pair(bytes, at);
    if (!within(first, 0x81, 0xfe) || second < 0x40 || second === 0x7f || second === 0xff) return impossible;
    if (second < 0xa1 || first < 0xa1) return { length: 2, weight: 0.1 };
    if (within(first, 0xb0, 0xd7)) return { length: 2, weight: 1 };
    return { length: 2, weight: within(first, 0xd8, 0xf7) ? 0.4 : within(first, 0xa1, 0xa3) ? 0.4 : 0.1 };
  },
  big5: (bytes, at) => {
    const [first, second] = pair(bytes, at);
    if (!within(first, 0x81, 0xfe) || !(within(second, 0x40, 0x7e) || within(second, 0xa1, 0xfe))) return impossible;
    if (within(first, 0xa4, 0xc6)) return { length: 2, weight: 0.95 };
    return { length: 2, weight: within(first, 0xc9, 0xf9) ? 0.3 : 0.1 };
  },
  shift_jis: (bytes, at) => {
    const first = bytes[at]!;
    if (within(first, 0xa1, 0xdf)) return { length: 1, weight: 0.15 };
    const second = bytes[at + 1] ?? 0;
    if (!(within(first, 0x81, 0x9f) || within(first, 0xe0, 0xfc)) || second < 0x40 || second === 0x7f || second > 0xfc)
      return impossible;
    if (first === 0x83 || (first === 0x82 && second >= 0x9f)) return { length: 2, weight: 1 };
    if (within(first, 0x88, 0x97)) return { length: 2, weight: 1 };
    if (first === 0x81 || first === 0x82) return { length: 2, weight: 0.5 };
    return { length: 2, weight: within(first, 0x98, 0xea) && !within(first, 0x85, 0x87) ? 0.4 : 0.1 };
  },
  'euc-kr': (bytes, at) => {
    const [first, second] = pair(bytes, at);
    if (!within(first, 0x81, 0xfe) || second < 0x41 || second === 0xff) return impossible;
    if (within(first, 0xb0, 0xc8) && second >= 0xa1) return { length: 2, weight: 0.95 };
    return { length: 2, weight: first >= 0xa1 && second >= 0xa1 ? 0.3 : 0.05 };
  },
  cp437: letters((byte) => within(byte, 0x80, 0x9a) || within(byte, 0xa0, 0xa5) || byte === 0xe1),
  'windows-1252': letters((byte) => byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7),
  cp866: (bytes, at) => {
    const isLetter = (byte: number): boolean => within(byte, 0x80, 0xaf) || within(byte, 0xe0, 0xf1);
    if (!isLetter(bytes[at]!)) return { length: 1, weight: -1 };
    const small = bytes[at]! >= 0xa0 || at === 0 || bytes[at - 1]! < 128;
    const isWord = isLetter(bytes[at - 1] ?? 0) || isLetter(bytes[at + 1] ?? 0);
    return { length: 1, weight: isWord && small ? 0.9 : 0.2 };
  },
};

const pair = (bytes: Uint8Array, at: number): [number, number] => [bytes[at]!, bytes[at + 1] ?? 0];

/** Western letters: likely beside plain letters, unlikely in a row. */
function letters(isLetter: (byte: number) => boolean): Weigh {
  return (bytes, at) => {
    if (!isLetter(bytes[at]!)) return { length: 1, weight: -1 };
    const [before, after] = [bytes[at - 1] ?? 0, bytes[at + 1] ?? 0];
    if (before >= 128 && after >= 128) return { length: 1, weight: 0.05 };
    if (before >= 128 || after >= 128) {
      const [outer, inner] = before >= 128 ? [bytes[at - 2] ?? 0, after] : [before, bytes[at + 2] ?? 0];
      return { length: 1, weight: isPlainLetter(outer) && isPlainLetter(inner) ? 0.6 : 0.05 };
    }
    return { length: 1, weight: isPlainLetter(before) || isPlainLetter(after) ? 1 : 0.1 };
  };
}

const isPlainLetter = (byte: number | undefined): boolean => byte !== undefined && within(byte | 0x20, 0x61, 0x7a);

/** The same of what is valid UTF-8; that is chance where it makes nothing but single Western letters. */
function weightOfUtf8(name: string): number {
  let sum = 0;
  for (const [found] of name.matchAll(/[^\0-\x7f]/gu)) if (found.codePointAt(0)! > 0x2ff) sum += 10;
  for (const [found] of name.matchAll(/[a-z][\x80-\u02ff]+|[\x80-\u02ff]+[a-z]/giu)) sum += 3 * (found.length - 1);
  return sum;
}

const candidates = Object.keys(weighing) as Exclude<Encoding, 'utf-8'>[];
/** Names weighed for an archive: enough to be sure. */
const MOST_WEIGHED = 5000;

/** Finds out what encoding the names of an archive are in, from all of them together. */
export interface EncodingGuess {
  add(name: Uint8Array): void;
  /** The encoding they fit best; null while all were plain ASCII. */
  best(): Encoding | null;
}

export function createEncodingGuess(): EncodingGuess {
  const sums = new Map(candidates.map((encoding) => [encoding, 0]));
  let weighed = 0;
  let sumOfUtf8 = 0;
  return {
    add(name) {
      if (isAscii(name)) return;
      const text = utf8Name(name);
      sumOfUtf8 = text === null ? -Infinity : sumOfUtf8 + weightOfUtf8(text);
      weighed += 1;
      if (weighed > MOST_WEIGHED) return;
      for (const encoding of candidates) sums.set(encoding, sums.get(encoding)! + weightOf(name, encoding));
    },
    best() {
      if (weighed === 0) return null;
      const best = candidates.reduce((found, next) => (sums.get(next)! > sums.get(found)! ? next : found));
      return sumOfUtf8 >= sums.get(best)! ? 'utf-8' : best;
    },
  };
}

function weightOf(name: Uint8Array, encoding: Exclude<Encoding, 'utf-8'>): number {
  let sum = 0;
  for (let at = 0; at < name.length;) {
    if (name[at]! < 128) {
      at += 1;
      continue;
    }
    const { length, weight } = weighing[encoding](name, at);
    // half a Latin word is no Chinese character: “Müller” in cp437
    const isWithinWord =
      length === 2 && isPlainLetter(name[at - 1]) && (isPlainLetter(name[at + 1]) || isPlainLetter(name[at + 2]));
    const known = length === 2 && weight > 0 && frequent.has(decodeName(name.subarray(at, at + 2), encoding));
    sum += isWithinWord ? 0.5 * weight : length * (weight + (known ? 0.5 : 0));
    at += length;
  }
  return sum;
}
