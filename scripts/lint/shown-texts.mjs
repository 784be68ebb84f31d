/**
 * A rule of ESLint: texts that a person reads are in the catalogues (src-main/shared/texts). It follows what is shown, on the page or by
 * the command line, through branches and sums to the variables and functions of the same file. What comes from other files is not followed.
 */

const word = /\p{L}\p{L}/u

/** Attributes of elements and components that show them or have them read out. */
const shownAttribute =
  /^(aria-(label|description|valuetext|roledescription|placeholder)|alt|caption|description|heading|hint|label|note|placeholder|summary|text|title|\w+(Caption|Description|Heading|Hint|Label|Note|Text|Title))$/

/** Functions and methods that show something to a person at the terminal, with the place of the text among the arguments. */
const atTheTerminal = {
  say: 0,
  askLine: 0,
  confirmed: 0,
  InvalidArgumentError: 0,
  Option: 1,
  '.description': 0,
  '.summary': 0,
  '.error': 0,
  '.option': 1,
  '.argument': 1,
  '.helpOption': 1,
  '.helpCommand': 1,
}

/** The variable that a name means in its scope. */
function variableOf(sourceCode, identifier) {
  for (let scope = sourceCode.getScope(identifier); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(identifier.name)
    if (variable) return variable
  }
  return null
}

/** What a variable is made with: its own value, or the default of a parameter or of a part that is taken out of an object. */
function valuesOf(variable) {
  return variable.defs.flatMap(({ type, node, name }) => {
    if (name.parent?.type === 'AssignmentPattern' && name.parent.left === name) return [name.parent.right]
    return type === 'Variable' && node.id === name && node.init ? [node.init] : []
  })
}

/** A member of an object that is written down in this file: the named one, or all where the name is not known. */
function membersOf(sourceCode, { object, property, computed }) {
  if (object.type !== 'Identifier') return []
  const variable = variableOf(sourceCode, object)
  return (variable === null ? [] : valuesOf(variable)).map(bare).flatMap((value) => {
    if (value.type === 'ArrayExpression') return value.elements
    if (value.type !== 'ObjectExpression') return []
    return value.properties
      .filter(({ key }) => key && (computed || (key.name ?? key.value) === property.name))
      .map(({ value: member }) => member)
  })
}

/** An expression without what only its type says. */
function bare(node) {
  return node.type.startsWith('TS') && node.expression ? bare(node.expression) : node
}

/** What a statement can return. */
function returnsOf(statement) {
  if (!statement) return []
  const within = {
    BlockStatement: () => statement.body,
    IfStatement: () => [statement.consequent, statement.alternate],
    SwitchStatement: () => statement.cases.flatMap(({ consequent }) => consequent),
  }[statement.type]
  if (within) return within().flatMap(returnsOf)
  return statement.type === 'ReturnStatement' && statement.argument ? [statement.argument] : []
}

/** What a call returns: of a function of this file, or of one that makes each member of a list. */
function resultsOf(sourceCode, { callee, arguments: given }) {
  const isMap = callee.type === 'MemberExpression' && /^(map|flatMap)$/.test(callee.property.name)
  const variable = callee.type === 'Identifier' ? variableOf(sourceCode, callee) : null
  const called = variable?.defs.map(({ type, node }) => (type === 'Variable' ? node.init : node)) ?? []
  return (isMap ? given.slice(0, 1) : called)
    .filter((one) => /Function/.test(one?.type))
    .flatMap(({ body }) => (body.type === 'BlockStatement' ? returnsOf(body) : [body]))
}

/** Adds every text to `found` that `node` can become. */
function follow(sourceCode, node, found, seen = new Set()) {
  if (!node || seen.has(node)) return
  seen.add(node)
  const also = (...nodes) => nodes.forEach((one) => follow(sourceCode, one, found, seen))
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'string' && word.test(node.value)) found.add(node)
      break
    case 'TemplateLiteral':
      for (const part of node.quasis) if (word.test(part.value.cooked ?? '')) found.add(part)
      also(...node.expressions)
      break
    case 'ConditionalExpression':
      also(node.consequent, node.alternate)
      break
    case 'LogicalExpression':
      also(...(node.operator === '&&' ? [node.right] : [node.left, node.right]))
      break
    case 'BinaryExpression':
      if (node.operator === '+') also(node.left, node.right)
      break
    case 'ArrayExpression':
      also(...node.elements)
      break
    case 'Identifier': {
      const variable = variableOf(sourceCode, node)
      if (variable) also(...valuesOf(variable))
      break
    }
    case 'MemberExpression':
      also(...membersOf(sourceCode, node))
      break
    case 'CallExpression':
      also(...resultsOf(sourceCode, node))
      break
    default:
      if (bare(node) !== node) also(bare(node))
  }
}

/** Name of what is called: `say`, or `.write` for a method; null for anything else. */
function calledName({ callee }) {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
    ? `.${callee.property.name}`
    : null
}

/** Whether `process.stdout` or `process.stderr` writes, or the console. */
const isOutput = ({ callee }, sourceCode) =>
  callee.type === 'MemberExpression' &&
  /^(process\.(stdout|stderr)\.write|console\.\w+)$/.test(sourceCode.getText(callee))

function create(context) {
  const { sourceCode } = context
  const found = new Set()
  const show = (node) => follow(sourceCode, node, found)
  function call(node) {
    const name = calledName(node)
    if (isOutput(node, sourceCode)) node.arguments.forEach(show)
    else if (name !== null && Object.hasOwn(atTheTerminal, name)) show(node.arguments[atTheTerminal[name]])
  }
  return {
    JSXText: (node) => {
      if (word.test(node.value)) found.add(node)
    },
    ':matches(JSXElement, JSXFragment) > JSXExpressionContainer': ({ expression }) => show(expression),
    JSXAttribute: ({ name, value, parent }) => {
      // A figure's name is its heading; of other elements it is for programs.
      const isHeading = name.name === 'name' && parent.name.name === 'Figure'
      if (!value || !(isHeading || shownAttribute.test(name.name))) return
      show(value.type === 'JSXExpressionContainer' ? value.expression : value)
    },
    CallExpression: call,
    NewExpression: call,
    'Program:exit': () => {
      for (const node of found) context.report({ node, messageId: 'outside' })
    },
  }
}

/** @type {import('eslint').Rule.RuleModule} */
export const shownTexts = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { outside: 'A text that a person reads belongs in src-main/shared/texts.' },
  },
  create,
}
