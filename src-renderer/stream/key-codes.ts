/**
 * Physical keys (`KeyboardEvent.code`, W3C UI Events code values) to Windows virtual key codes on a US keyboard, which
 * is what GameStream sends and what a host maps back to physical keys. Keys beyond the US keyboard are those of Linux hosts
 * (inputtino keyboard.hpp): 0x15 is Katakana/Hiragana, 0x16 Hangul, 0x17 Hanja, 0x19 Katakana.
 */

const named: Readonly<Record<string, number>> = {
  Backspace: 0x08,
  Tab: 0x09,
  NumpadClear: 0x0c,
  Enter: 0x0d,
  NumpadEnter: 0x0d,
  Pause: 0x13,
  CapsLock: 0x14,
  KanaMode: 0x15,
  Lang1: 0x16,
  Lang2: 0x17,
  Lang3: 0x19,
  Escape: 0x1b,
  Convert: 0x1c,
  NonConvert: 0x1d,
  Space: 0x20,
  PageUp: 0x21,
  PageDown: 0x22,
  End: 0x23,
  Home: 0x24,
  ArrowLeft: 0x25,
  ArrowUp: 0x26,
  ArrowRight: 0x27,
  ArrowDown: 0x28,
  PrintScreen: 0x2c,
  Insert: 0x2d,
  Delete: 0x2e,
  Help: 0x2f,
  MetaLeft: 0x5b,
  MetaRight: 0x5c,
  OSLeft: 0x5b,
  OSRight: 0x5c,
  ContextMenu: 0x5d,
  Sleep: 0x5f,
  NumpadMultiply: 0x6a,
  NumpadAdd: 0x6b,
  NumpadComma: 0x6c,
  NumpadSubtract: 0x6d,
  NumpadDecimal: 0x6e,
  NumpadDivide: 0x6f,
  NumLock: 0x90,
  ScrollLock: 0x91,
  ShiftLeft: 0xa0,
  ShiftRight: 0xa1,
  ControlLeft: 0xa2,
  ControlRight: 0xa3,
  AltLeft: 0xa4,
  AltRight: 0xa5,
  BrowserBack: 0xa6,
  BrowserForward: 0xa7,
  BrowserRefresh: 0xa8,
  BrowserStop: 0xa9,
  BrowserSearch: 0xaa,
  BrowserFavorites: 0xab,
  BrowserHome: 0xac,
  AudioVolumeMute: 0xad,
  AudioVolumeDown: 0xae,
  AudioVolumeUp: 0xaf,
  MediaTrackNext: 0xb0,
  MediaTrackPrevious: 0xb1,
  MediaStop: 0xb2,
  MediaPlayPause: 0xb3,
  LaunchMail: 0xb4,
  MediaSelect: 0xb5,
  LaunchApp1: 0xb6,
  LaunchApp2: 0xb7,
  Semicolon: 0xba,
  Equal: 0xbb,
  Comma: 0xbc,
  Minus: 0xbd,
  Period: 0xbe,
  Slash: 0xbf,
  Backquote: 0xc0,
  BracketLeft: 0xdb,
  Backslash: 0xdc,
  BracketRight: 0xdd,
  Quote: 0xde,
  IntlBackslash: 0xe2,
  IntlRo: 0xe2,
  IntlYen: 0xdc,
}

/** The virtual key code of a physical key, 1 to 254; null for a key that has none. */
export function virtualKeyOf(code: string): number | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return letter.charCodeAt(0)
  const digit = /^Digit(\d)$/.exec(code)?.[1]
  if (digit) return 0x30 + Number(digit)
  const numpad = /^Numpad(\d)$/.exec(code)?.[1]
  if (numpad) return 0x60 + Number(numpad)
  const functionKey = /^F([1-9]|1\d|2[0-4])$/.exec(code)?.[1]
  if (functionKey) return 0x6f + Number(functionKey)
  return Object.hasOwn(named, code) ? (named[code] ?? null) : null
}

/** Characters of a US keyboard without and with Shift, place by place. */
const unshifted = "`1234567890-=[]\\;',./"
const shifted = '~!@#$%^&*()_+{}|:"<>?'
const places =
  'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal BracketLeft BracketRight Backslash Semicolon Quote Comma Period Slash'.split(
    ' ',
  )

/** Where a US keyboard has a character; null: nowhere. */
export function placeOfCharacter(character: string): { code: number; shift: boolean } | null {
  if (character === ' ') return { code: 0x20, shift: false }
  if (/^[a-z]$/i.test(character)) {
    return { code: character.toUpperCase().charCodeAt(0), shift: character < 'a' }
  }
  const shift = character.length === 1 && shifted.includes(character)
  const place = character.length === 1 ? (shift ? shifted : unshifted).indexOf(character) : -1
  const code = place < 0 ? null : virtualKeyOf(places[place]!)
  return code === null ? null : { code, shift }
}

/** Keys by `KeyboardEvent.key` (W3C UI Events key values) whose physical keys have other names. */
const byName: Readonly<Record<string, string>> = {
  Shift: 'ShiftLeft',
  Control: 'ControlLeft',
  Alt: 'AltLeft',
  AltGraph: 'AltRight',
  Meta: 'MetaLeft',
  HangulMode: 'Lang1',
  HanjaMode: 'Lang2',
  Katakana: 'Lang3',
}

/** The virtual key code of a key that has no physical one but a name, 1 to 254; null for a name that says nothing. */
export function virtualKeyOfName(key: string): number | null {
  // A character is no name: the letter "F" is not a function key.
  return key.length < 2 ? null : virtualKeyOf(Object.hasOwn(byName, key) ? byName[key]! : key)
}

/** Modifier bits of an input record: 1 shift, 2 control, 4 alt, 8 meta. */
export function modifiersOf(event: {
  shiftKey: boolean
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
}): number {
  return (event.shiftKey ? 1 : 0) | (event.ctrlKey ? 2 : 0) | (event.altKey ? 4 : 0) | (event.metaKey ? 8 : 0)
}
