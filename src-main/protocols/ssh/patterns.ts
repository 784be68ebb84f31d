/** Patterns of OpenSSH (ssh_config(5), PATTERNS): `*`, `?`, and `!` in front. */

function matches(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[^*?]+|\*+|\?/g, (part) => {
    if (part === '?') return '.'
    return part.startsWith('*') ? '.*' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${expression}$`, 'is').test(text)
}

/** Whether one of the patterns matches, and none that is negated. */
export function matchesList(patterns: readonly string[], text: string): boolean {
  const negated = patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), text))
  return !negated && patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern, text))
}
