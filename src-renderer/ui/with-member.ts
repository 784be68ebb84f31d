/** A copy of `set` with `member` in it, or without it. */
export function withMember<T>(set: ReadonlySet<T>, member: T, on: boolean): ReadonlySet<T> {
  const next = new Set(set)
  if (on) next.add(member)
  else next.delete(member)
  return next
}
