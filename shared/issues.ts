import { z } from 'zod';

/** What zod calls the types of values, as a person would. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  bigint: 'a whole number',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  object: 'named values',
  record: 'named values',
  map: 'named values',
  date: 'a date',
  null: 'nothing',
  undefined: 'nothing',
  nan: 'a number',
  never: 'nothing',
  file: 'a file',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'a date and time',
  date: 'a date',
  url: 'an address',
  uuid: 'an identifier',
  email: 'an e-mail address',
};

/** One issue as the end of a sentence that begins with the field: “expected at least 1”. */
function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kinds[issue.expected] ?? 'another value'}${gotText(issue.input, issue.expected)}`;
    case 'too_small':
      return `expected ${boundText(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least')}`;
    case 'too_big':
      return `expected ${boundText(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most')}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `expected ${formats[issue.format] ?? 'text of another form'}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}`;
    case 'unrecognized_keys':
      return `expected nothing called ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return unionText(issue);
    case 'invalid_key':
      return 'expected other names';
    default:
      return 'expected another value';
  }
}

function gotText(input: unknown, expected: string): string {
  if (input === undefined || input === null) return ', got nothing';
  if (typeof input === 'number') {
    if (!Number.isFinite(input)) return ', got no finite number';
    return expected === 'int' ? `, got ${input}` : ', got a number';
  }
  const kind = kinds[Array.isArray(input) ? 'array' : typeof input];
  return kind === undefined || kind === kinds[expected] ? '' : `, got ${kind}`;
}

function boundText(origin: string, bound: number, words: string): string {
  if (origin === 'string') return bound === 1 && words === 'at least' ? 'some text' : `${words} ${bound} characters`;
  if (origin === 'array' || origin === 'set' || origin === 'map')
    return `${words} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return `${words} ${bound}`;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;

/** A union of which every part wants another type tells all of them. */
function unionText(issue: Extract<z.core.$ZodRawIssue, { code: 'invalid_union' }>): string {
  const wanted = issue.errors.map(([first]) =>
    first?.code === 'invalid_type' && first.path.length === 0
      ? kinds[first.expected]
      : first?.code === 'invalid_value' && first.path.length === 0
        ? first.values.map(String).join(', ')
        : undefined,
  );
  const known = wanted.filter((text) => text !== undefined);
  return known.length > 0 && known.length === wanted.length
    ? `expected ${[...new Set(known)].join(' or ')}`
    : 'expected another kind of value';
}

// the words of every schema's own checks; what a refinement says stays as it is
z.config({ localeError: expectation });

/** The first issue as a sentence, `field: expected …`; the text alone where the whole value is wrong. No full stop. */
export function issueText(error: z.ZodError): string {
  const field = issueField(error);
  const message = (error.issues[0]?.message ?? 'expected another value').replace(/\.$/, '');
  return field === '' ? upperFirst(message) : `${field}: ${message}`;
}

/** Path of the first issue, as in `model.quantizer.codes`; empty for the whole value. */
export function issueField(error: z.ZodError): string {
  return error.issues[0]?.path.map(String).join('.') ?? '';
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
