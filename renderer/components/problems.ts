import { useI18n } from 'vue-i18n';
import type { z } from 'zod';
import { useSentence } from '@/i18n/sentences';

/** What is wrong with one value: a message below `app.problem`, and the limit it names. */
export interface Problem {
  key: 'atLeast' | 'atMost' | 'above' | 'below' | 'whole' | 'number' | 'long' | 'empty' | 'other';
  limit: number;
  /** The schema's own words, for what has no message of ours. */
  detail: string;
}

/** What is wrong with a value, by path; empty if nothing is. */
export function problemsIn(schema: z.ZodType, value: unknown): Record<string, Problem> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return {};
  return Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), problemOf(issue)]));
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const { message: detail } = issue;
  if (issue.code === 'too_small') {
    const key = issue.origin === 'string' ? 'empty' : issue.inclusive === false ? 'above' : 'atLeast';
    return { key, limit: Number(issue.minimum), detail };
  }
  if (issue.code === 'too_big') {
    const key = issue.origin === 'string' ? 'long' : issue.inclusive === false ? 'below' : 'atMost';
    return { key, limit: Number(issue.maximum), detail };
  }
  if (issue.code === 'invalid_type' && issue.expected === 'int') return { key: 'whole', limit: 0, detail };
  return { key: issue.code === 'invalid_type' && issue.expected === 'number' ? 'number' : 'other', limit: 0, detail };
}

/** Problems as a person reads them. */
export function useProblemWords(): (problem: Problem) => string {
  const { t, n } = useI18n();
  const say = useSentence();
  return ({ key, limit, detail }) => t(`app.problem.${key}`, { limit: n(limit), detail: say(detail) });
}
