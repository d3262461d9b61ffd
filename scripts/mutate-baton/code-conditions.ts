// Finds the conditions, the effects and the SQL in a TypeScript file and makes one mutant for each. Knows nothing of what the file is about.
import ts from 'typescript';
import { type Change, conditionChanges } from './sql-conditions.ts';

const isLogical = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) &&
  [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken].includes(node.operatorToken.kind);

const COMPARISONS = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
];
const isComparison = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && COMPARISONS.includes(node.operatorToken.kind);

/** Without brackets around it. */
const bare = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) ? bare(node.expression) : node;

/** A condition whose parent is mutated as a whole already. */
function isCovered(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isCovered(parent);
  if (isLogical(parent)) return true;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

class Finder {
  readonly changes: Change[] = [];
  readonly #source: ts.SourceFile;
  readonly #except: readonly string[];

  constructor(source: ts.SourceFile, except: readonly string[]) {
    this.#source = source;
    this.#except = except;
  }

  #text(node: ts.Node): string {
    return node.getText(this.#source);
  }

  #put(node: ts.Node, text: string, what: string): void {
    this.changes.push({ start: node.getStart(this.#source), end: node.getEnd(), text, what });
  }

  #condition(node: ts.Expression): void {
    const text = this.#text(node);
    this.#put(node, `!(${text})`, `invert \`${text}\``);
    this.#put(node, 'true', `always \`${text}\``);
    this.#put(node, 'false', `never \`${text}\``);
  }

  #logical(node: ts.BinaryExpression): void {
    const [left, right] = [this.#text(node.left), this.#text(node.right)];
    const other = node.operatorToken.kind === ts.SyntaxKind.BarBarToken ? '&&' : '||';
    this.#put(node, `(${left}) ${other} (${right})`, `${other} in \`${this.#text(node)}\``);
    this.#put(node, right, `drop \`${left}\``);
    this.#put(node, left, `drop \`${right}\``);
    for (const side of [node.left, node.right]) {
      if (!isLogical(bare(side))) this.#put(side, `!(${this.#text(side)})`, `invert \`${this.#text(side)}\``);
    }
  }

  /** One of a list; its comma goes with it. */
  #dropped(list: ts.NodeArray<ts.Expression>, n: number): void {
    const one = list[n]!;
    const next = list[n + 1];
    const before = list[n - 1];
    const start = next || !before ? one.getStart(this.#source) : before.getEnd();
    const end = next ? next.getStart(this.#source) : one.getEnd();
    const shown = this.#text(one).replaceAll(/\s+/g, ' ').slice(0, 90);
    this.changes.push({ start, end, text: '', what: `drop \`${shown}\`` });
  }

  #sql(node: ts.Node): void {
    const text = this.#text(node);
    if (!/\b(?:where|when)\b/i.test(text)) return;
    const inner = text.slice(1, -1);
    if (/\$\{/.test(inner)) return;
    const start = node.getStart(this.#source) + 1;
    for (const change of conditionChanges(inner))
      this.changes.push({ ...change, start: start + change.start, end: start + change.end });
  }

  visit(node: ts.Node): void {
    if (ts.isFunctionDeclaration(node) && this.#except.includes(node.name?.text ?? '')) return;
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      this.#condition(condition);
    }
    if (isLogical(node)) this.#logical(node);
    if (isComparison(node) && !isCovered(node))
      this.#put(node, `!(${this.#text(node)})`, `invert \`${this.#text(node)}\``);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken && !isCovered(node))
      this.#put(node, this.#text(node.operand), `invert \`${this.#text(node)}\``);
    if (ts.isCallExpression(node) && this.#text(node.expression) === 'go')
      for (let n = 1; n < node.arguments.length; n++) this.#dropped(node.arguments, n);
    if (ts.isArrayLiteralExpression(node))
      for (const [n, element] of node.elements.entries())
        if (ts.isObjectLiteralExpression(element) || ts.isSpreadElement(element)) this.#dropped(node.elements, n);
    if (ts.isExpressionStatement(node) && /\.push\(/.test(this.#text(node.expression)))
      this.#put(node, ';', `drop \`${this.#text(node)}\``);
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) this.#sql(node);
    ts.forEachChild(node, (child) => this.visit(child));
  }
}

/** Every mutant of one file except in the functions named, no two with the same text. */
export function codeChanges(file: string, text: string, except: readonly string[]): Change[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const finder = new Finder(source, except);
  finder.visit(source);
  const seen = new Set<string>([text]);
  return finder.changes.filter((change) => {
    const mutant = text.slice(0, change.start) + change.text + text.slice(change.end);
    return !seen.has(mutant) && seen.add(mutant);
  });
}
