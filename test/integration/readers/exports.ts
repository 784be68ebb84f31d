/** What the modules of a folder offer, read from their source: functions, and the public methods of classes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)

const isFunction = (value: ts.Expression | undefined): boolean =>
  value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))

/** A shape of zod reads as well. */
const isShape = (name: string): boolean => /(Shape|Schema)$/.test(name)

function offered(statement: ts.Statement, source: ts.SourceFile): string[] {
  if (!has(statement, ts.SyntaxKind.ExportKeyword)) return []
  if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? 'default']
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      ts.isIdentifier(name) && (isFunction(initializer) || isShape(name.text)) ? [name.text] : [],
    )
  if (!ts.isClassDeclaration(statement)) return []
  return statement.members.flatMap((member) =>
    ts.isMethodDeclaration(member) && !has(member, ts.SyntaxKind.PrivateKeyword)
      ? [`${statement.name?.text ?? 'default'}.${member.name.getText(source)}`]
      : [],
  )
}

/** @returns for instance `portal/auth.ts AuthPortal.verify` */
export function exportsOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(root, folder, file), 'utf8')
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
      return source.statements
        .flatMap((statement) => offered(statement, source))
        .map((name) => `${folder}/${file} ${name}`)
    })
}
