/**
 * A small part of PromQL over samples in memory: selectors with `=` matchers, rate() and irate() of a range, sum, avg, min
 * and max (with `by`), numbers and the four operations. Everything else is refused, as Prometheus refuses bad queries.
 */

export interface Series {
  labels: Record<string, string>
  /** Time in seconds and value, oldest first. */
  samples: [time: number, value: number][]
}

export type Vector = { labels: Record<string, string>; value: number }[]
/** A query's value at a time. */
export type Evaluate = (time: number) => Vector | number

/** How far back an instant query looks for a sample, as in Prometheus. */
const lookbackSeconds = 300
const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

export class BadQuery extends Error {}

type Range = (time: number) => Series[]

const tokenPattern = /\s*([A-Za-z_:][\w:]*|\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|[{}()[\],=*/+-])/y

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const found = tokenPattern.exec(text)
    if (!found) throw new BadQuery('invalid parameter "query": parse error: unexpected character')
    tokens.push(found[1]!)
  }
  return tokens
}

const withoutName = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => name !== '__name__'))
const keyOf = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(withoutName(labels)).sort(([left], [right]) => (left < right ? -1 : 1)))

const operations: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}

const aggregations: Record<string, (values: number[]) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
}

function combine(operator: string, left: Vector | number, right: Vector | number): Vector | number {
  const apply = operations[operator]!
  if (typeof left === 'number' && typeof right === 'number') return apply(left, right)
  if (typeof left === 'number')
    return (right as Vector).map(({ labels, value }) => ({
      labels: withoutName(labels),
      value: apply(left, value),
    }))
  if (typeof right === 'number')
    return left.map(({ labels, value }) => ({ labels: withoutName(labels), value: apply(value, right) }))
  const others = new Map(right.map(({ labels, value }) => [keyOf(labels), value]))
  return left.flatMap(({ labels, value }) => {
    const other = others.get(keyOf(labels))
    return other === undefined ? [] : [{ labels: withoutName(labels), value: apply(value, other) }]
  })
}

/** Compiles a query over `all`. */
export function compile(text: string, all: () => Series[]): Evaluate {
  const tokens = tokensOf(text)
  let at = 0
  const next = (): string | undefined => tokens[at]
  const take = (wanted?: string): string => {
    const token = tokens[at++]
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new BadQuery(`invalid parameter "query": parse error: unexpected ${token ?? 'end of input'}`)
    return token
  }
  const selector = (name: string): ((series: Series) => boolean) => {
    const wanted: Record<string, string> = { __name__: name }
    if (next() === '{') {
      take('{')
      while (next() !== '}') {
        const label = take()
        take('=')
        wanted[label] = JSON.parse(take()) as string
        if (next() === ',') take(',')
      }
      take('}')
    }
    return ({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value)
  }
  const range = (): Range => {
    const matches = selector(take())
    take('[')
    const amount = Number(take())
    const seconds = amount * (units[take()] ?? NaN)
    take(']')
    if (Number.isNaN(seconds)) throw new BadQuery('invalid parameter "query": parse error: bad duration')
    return (time) =>
      all()
        .filter(matches)
        .map(({ labels, samples }) => ({
          labels,
          samples: samples.filter(([when]) => when <= time && when > time - seconds),
        }))
  }
  const factor = (): Evaluate => {
    const token = take()
    if (token === '(') {
      const inner = expression()
      take(')')
      return inner
    }
    if (/^\d/.test(token)) return () => Number(token)
    if (token === 'rate' || token === 'irate') {
      take('(')
      const series = range()
      take(')')
      return (time) =>
        series(time).flatMap(({ labels, samples }) => {
          const first = samples.at(token === 'irate' ? -2 : 0)
          const last = samples.at(-1)
          if (!first || !last || last[0] <= first[0]) return []
          return [
            { labels: withoutName(labels), value: Math.max(0, last[1] - first[1]) / (last[0] - first[0]) },
          ]
        })
    }
    const aggregate = aggregations[token]
    if (aggregate) {
      const by: string[] = []
      const grouping = (): void => {
        if (next() !== 'by') return
        take('by')
        take('(')
        while (next() !== ')') {
          by.push(take())
          if (next() === ',') take(',')
        }
        take(')')
      }
      grouping()
      take('(')
      const inner = expression()
      take(')')
      grouping()
      return (time) => {
        const value = inner(time)
        if (typeof value === 'number') throw new BadQuery('expected type instant vector in aggregation')
        const groups = new Map<string, { labels: Record<string, string>; values: number[] }>()
        for (const one of value) {
          const labels = Object.fromEntries(by.map((name) => [name, one.labels[name] ?? '']))
          const group = groups.get(keyOf(labels)) ?? { labels, values: [] }
          group.values.push(one.value)
          groups.set(keyOf(labels), group)
        }
        return [...groups.values()].map(({ labels, values }) => ({ labels, value: aggregate(values) }))
      }
    }
    if (!/^[A-Za-z_:]/.test(token) || next() === '(')
      throw new BadQuery(`invalid parameter "query": unknown function or token ${JSON.stringify(token)}`)
    const matches = selector(token)
    return (time) =>
      all()
        .filter(matches)
        .flatMap(({ labels, samples }) => {
          const latest = samples.findLast(([when]) => when <= time && when > time - lookbackSeconds)
          return latest ? [{ labels, value: latest[1] }] : []
        })
  }
  const chain = (part: () => Evaluate, operators: string[]): Evaluate => {
    let left = part()
    for (let token = next(); token !== undefined && operators.includes(token); token = next()) {
      const operator = take()
      const [before, right] = [left, part()]
      left = (time) => combine(operator, before(time), right(time))
    }
    return left
  }
  const expression = (): Evaluate => chain(() => chain(factor, ['*', '/']), ['+', '-'])
  const compiled = expression()
  if (at < tokens.length)
    throw new BadQuery(`invalid parameter "query": parse error: unexpected ${tokens[at]}`)
  return compiled
}
