import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Calls whose string arguments a person may read, and which arguments those are. */
const calls = new Map([
  ['AppError', [1, 2]],
  ['bad', [0]],
  ['refuse', [1]],
  ['skip', [1]],
  ['set', [1]],
]);
/** Properties whose string value a person may read. */
const properties = new Set(['refused', 'other', 'message', 'hint', 'note', 'what', 'advice']);
/** Functions that answer a sentence. */
const answers = new Set(['refusal', 'whyNotCuda']);

/** Every sentence that the TypeScript below `places` may say, with `1` where a value stands. */
export function sentencesIn(places: readonly string[]): { file: string; sentence: string }[] {
  return places.flatMap(filesIn).flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const found: { file: string; sentence: string }[] = [];
    const take = (node: ts.Expression | undefined): void => {
      for (const sentence of node ? texts(node) : []) if (/[a-z]{2}/.test(sentence)) found.push({ file, sentence });
    };
    const visit = (node: ts.Node): void => {
      if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && !isInternal(node)) {
        const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
        if (node.expression.getText().endsWith('notes.push')) take(node.arguments?.[0]);
        for (const at of calls.get(name.getText()) ?? []) take(node.arguments?.[at]);
      }
      if (ts.isPropertyAssignment(node) && properties.has(node.name.getText())) take(node.initializer);
      if (ts.isReturnStatement(node) && answers.has(functionAround(node))) take(node.expression);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** A defect of ours: nobody is meant to read it. */
function isInternal({ arguments: given }: ts.CallExpression | ts.NewExpression): boolean {
  const [code] = given ?? [];
  return code !== undefined && ts.isStringLiteral(code) && code.text === 'INTERNAL';
}

function filesIn(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place)
    .flatMap((name) => filesIn(path.join(place, name)))
    .filter((file) => file.endsWith('.ts'));
}

/** What a string expression may be; nothing for what isn't written out here. */
function texts(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `1${literal.text}`).join('')];
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return texts(node.expression);
  return [];
}

function functionAround(node: ts.Node): string {
  for (let outer: ts.Node = node; ; outer = outer.parent) {
    if (ts.isFunctionDeclaration(outer)) return outer.name?.text ?? '';
    if (!outer.parent) return '';
  }
}
