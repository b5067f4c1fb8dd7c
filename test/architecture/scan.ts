/**
 * Reads what a source file depends on, from its syntax tree and not from its text: static and dynamic imports,
 * re-exports, import types, and workers started by `new URL("…", import.meta.url)`.
 */
import ts from "typescript"

/** One dependency, as written. `specifier` is undefined for a computed dynamic import. */
export interface Import {
  readonly specifier: string | undefined
  readonly line: number
}

/** What the layer rules need to know of one file. */
export interface Scan {
  readonly imports: readonly Import[]
  /** Lines with a default export. */
  readonly defaultExports: readonly number[]
  readonly lines: number
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined
}

/** True for `new URL("…", import.meta.url)`. */
function isModuleUrl(node: ts.Node): node is ts.NewExpression {
  return (
    ts.isNewExpression(node) &&
    node.expression.getText() === "URL" &&
    node.arguments?.length === 2 &&
    node.arguments[1]?.getText() === "import.meta.url"
  )
}

/** Scans one module. `path` decides between TypeScript and JavaScript. */
export function scan(path: string, text: string): Scan {
  const kind = /\.tsx$/.test(path) ? ts.ScriptKind.TSX : /\.ts$/.test(path) ? ts.ScriptKind.TS : ts.ScriptKind.JS
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, kind)
  const imports: Import[] = []
  const defaultExports: number[] = []
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart()).line + 1

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)) {
      imports.push({ specifier: literal(node.moduleSpecifier), line: lineOf(node) })
    } else if (ts.isImportTypeNode(node)) {
      const argument = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
      imports.push({ specifier: literal(argument), line: lineOf(node) })
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      imports.push({ specifier: literal(node.moduleReference.expression), line: lineOf(node) })
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      imports.push({ specifier: literal(node.arguments[0]), line: lineOf(node) })
    } else if (ts.isCallExpression(node) && node.expression.getText() === "require") {
      imports.push({ specifier: literal(node.arguments[0]), line: lineOf(node) })
    } else if (isModuleUrl(node)) {
      const target = literal(node.arguments?.[0])
      if (target !== undefined && /\.(ts|tsx|js|mjs)$/.test(target))
        imports.push({ specifier: /^\.{1,2}\//.test(target) ? target : `./${target}`, line: lineOf(node) })
    }
    if (ts.isExportAssignment(node)) defaultExports.push(lineOf(node))
    if (ts.isExportSpecifier(node) && node.name.text === "default") defaultExports.push(lineOf(node))
    if (
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(m => m.kind === ts.SyntaxKind.DefaultKeyword) === true
    ) {
      defaultExports.push(lineOf(node))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { imports, defaultExports, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) }
}
