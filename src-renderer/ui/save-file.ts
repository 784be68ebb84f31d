/** Hands a file that the page made to the browser, which saves it among the downloads; in the window the user chooses where. */

const types = { html: 'text/html', txt: 'text/plain' } as const

/** @param at Unix ms: its day is part of the file's name */
export function saveFile(name: string, at: number, ending: keyof typeof types, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${types[ending]};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}-${new Date(at).toISOString().slice(0, 10)}.${ending}`
  link.click()
  // The browser has taken it by then.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
