/** Typing as a person does on a US keyboard: one physical key after the other, Shift where it is needed. */
import type { Page } from 'playwright-core'

const plain: Record<string, string> = {
  ' ': 'Space',
  '-': 'Minus',
  '=': 'Equal',
  ';': 'Semicolon',
  '/': 'Slash',
  '.': 'Period',
}
const shifted: Record<string, string> = {
  '"': 'Quote',
  $: 'Digit4',
  ':': 'Semicolon',
  '>': 'Period',
  _: 'Minus',
}

function keyOf(character: string): string {
  if (/[a-z]/.test(character)) return `Key${character.toUpperCase()}`
  if (/[A-Z]/.test(character)) return `Shift+Key${character}`
  if (/\d/.test(character)) return `Digit${character}`
  const key = plain[character] ?? (shifted[character] && `Shift+${shifted[character]}`)
  if (!key) throw new Error(`no key for ${character}`)
  return key
}

/** Types a line and Enter. @returns how many keys were pressed, Shift included */
export async function typeAsPerson(page: Page, line: string): Promise<number> {
  const keys = [...[...line].map(keyOf), 'Enter']
  for (const key of keys) await page.keyboard.press(key, { delay: 10 })
  return keys.reduce((sum, key) => sum + (key.startsWith('Shift+') ? 2 : 1), 0)
}
