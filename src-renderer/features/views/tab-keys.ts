/** Which keys lead from one view to the next. Pure. */

type Keys = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>

/**
 * How far a key leads: 1 to the next view, -1 to the one before, 0 it is no such key.
 * @param remote the remote desktop has the keyboard: Ctrl + Page Up and Page Down are its own (they change the tabs of
 * programs there), as everything is but combinations with Ctrl + Alt + Shift
 */
export function stepOfKey(event: Keys, remote: boolean): -1 | 0 | 1 {
  const { code, ctrlKey, altKey, shiftKey, metaKey } = event
  if ((code !== 'PageUp' && code !== 'PageDown') || !ctrlKey || metaKey || altKey !== shiftKey) return 0
  if (remote && !altKey) return 0
  return code === 'PageDown' ? 1 : -1
}

/** The id `step` places further, round the ends; `from` itself where it is not among them. */
export function neighbour(ids: readonly string[], from: string, step: -1 | 1): string {
  const at = ids.indexOf(from)
  return at < 0 ? from : (ids[(at + step + ids.length) % ids.length] ?? from)
}
