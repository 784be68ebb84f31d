import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  modifiersOf,
  placeOfCharacter,
  virtualKeyOf,
  virtualKeyOfName,
} from '../../../../src-renderer/stream/key-codes.ts'
import { pictureBox, toStreamPixel } from '../../../../src-renderer/stream/pointer-mapping.ts'

describe('keys', () => {
  test('every key of a PC keyboard has its code', () => {
    const codes = [
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').map((letter) => `Key${letter}`),
      ...'0123456789'.split('').flatMap((digit) => [`Digit${digit}`, `Numpad${digit}`]),
      ...Array.from({ length: 12 }, (_, index) => `F${index + 1}`),
      ...[
        'Escape',
        'Tab',
        'CapsLock',
        'Space',
        'Enter',
        'Backspace',
        'ContextMenu',
        'PrintScreen',
        'ScrollLock',
        'Pause',
      ],
      ...[
        'Insert',
        'Home',
        'PageUp',
        'Delete',
        'End',
        'PageDown',
        'ArrowUp',
        'ArrowDown',
        'ArrowLeft',
        'ArrowRight',
      ],
      ...[
        'Backquote',
        'Minus',
        'Equal',
        'BracketLeft',
        'BracketRight',
        'Backslash',
        'Semicolon',
        'Quote',
        'Comma',
      ],
      ...[
        'Period',
        'Slash',
        'IntlBackslash',
        'NumLock',
        'NumpadDivide',
        'NumpadMultiply',
        'NumpadSubtract',
        'NumpadAdd',
      ],
      ...['NumpadEnter', 'NumpadDecimal'],
      ...['Shift', 'Control', 'Alt', 'Meta'].flatMap((name) => [`${name}Left`, `${name}Right`]),
    ]
    const keys = codes.map((code) => [code, virtualKeyOf(code)] as const)
    expect(keys.filter(([, key]) => key === null)).toEqual([])
    // Different keys are different codes, but for the two Enter keys.
    const known = keys.filter(([code]) => code !== 'NumpadEnter').map(([, key]) => key)
    expect(new Set(known).size).toBe(known.length)
  })

  test('some codes as Windows defines them', () => {
    expect(
      ['KeyA', 'Digit0', 'F1', 'F24', 'Numpad9', 'Semicolon', 'Quote', 'MetaLeft', 'AltRight'].map(
        virtualKeyOf,
      ),
    ).toEqual([0x41, 0x30, 0x70, 0x87, 0x69, 0xba, 0xde, 0x5b, 0xa5])
  })

  test('B47: the keys of Korean and Japanese keyboards are those of Linux hosts', () => {
    expect(['Lang1', 'Lang2', 'Lang3', 'KanaMode'].map(virtualKeyOf)).toEqual([0x16, 0x17, 0x19, 0x15])
    expect(['HangulMode', 'HanjaMode', 'Katakana', 'KanaMode'].map(virtualKeyOfName)).toEqual([
      0x16, 0x17, 0x19, 0x15,
    ])
  })

  test('a key without a place of its own goes by its name', () => {
    const names = ['Enter', 'ArrowLeft', 'F5', 'Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'Delete']
    expect(names.map(virtualKeyOfName)).toEqual([0x0d, 0x25, 0x74, 0xa0, 0xa2, 0xa4, 0xa5, 0x5b, 0x2e])
    for (const name of ['', 'F', 'a', 'Fn', 'Unidentified', 'constructor', 'BrightnessUp'])
      expect(virtualKeyOfName(name), name).toBeNull()
  })

  test('every character of a US keyboard has its place, and nothing else has', () => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
    const places = printable.map(placeOfCharacter)
    expect(places).not.toContain(null)
    const keys = new Set(places.map((place) => `${place?.code} ${place?.shift}`))
    expect(keys.size).toBe(printable.length)
    expect(placeOfCharacter('a')).toEqual({ code: 0x41, shift: false })
    expect(placeOfCharacter('A')).toEqual({ code: 0x41, shift: true })
    expect(placeOfCharacter('!')).toEqual({ code: 0x31, shift: true })
    expect(placeOfCharacter('?')).toEqual({ code: 0xbf, shift: true })
    for (const other of ['', 'é', '한', 'ab', '\n', '😀']) expect(placeOfCharacter(other), other).toBeNull()
  })

  test('anything else has none, or one that fits a byte', () => {
    for (const code of ['', 'Unidentified', 'constructor', '__proto__', 'KeyÄ', 'Keya', 'F25', 'F0']) {
      expect(virtualKeyOf(code), code).toBeNull()
    }
    fc.assert(
      fc.property(fc.string(), (code) => {
        const key = virtualKeyOf(code)
        expect(key === null || (key > 0 && key < 255)).toBe(true)
      }),
    )
  })

  test('modifier bits', () => {
    const none = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false }
    expect(modifiersOf(none)).toBe(0)
    expect(modifiersOf({ ...none, shiftKey: true, altKey: true })).toBe(5)
    expect(modifiersOf({ shiftKey: true, ctrlKey: true, altKey: true, metaKey: true })).toBe(15)
  })
})

describe('the pointer', () => {
  const picture = { width: 1280, height: 720 }

  test('bars beside or above the picture are no part of it', () => {
    expect(pictureBox({ left: 0, top: 0, width: 960, height: 640 }, picture)).toEqual({
      left: 0,
      top: 50,
      width: 960,
      height: 540,
    })
    expect(pictureBox({ left: 10, top: 20, width: 1000, height: 360 }, picture)).toEqual({
      left: 190,
      top: 20,
      width: 640,
      height: 360,
    })
  })

  test('points go to their pixel, points outside to the nearest edge', () => {
    const box = { left: 0, top: 0, width: 960, height: 640 }
    expect(toStreamPixel({ x: 480, y: 320 }, box, picture)).toEqual({ x: 640, y: 360 })
    expect(toStreamPixel({ x: 0, y: 50 }, box, picture)).toEqual({ x: 0, y: 0 })
    expect(toStreamPixel({ x: 2000, y: 2000 }, box, picture)).toEqual({ x: 1279, y: 719 })
    expect(toStreamPixel({ x: 480, y: 10 }, box, picture)).toEqual({ x: 640, y: 0 })
    expect(toStreamPixel({ x: 1, y: 1 }, { ...box, width: 0 }, picture)).toBeNull()
    expect(toStreamPixel({ x: 1, y: 1 }, box, { width: 0, height: 0 })).toBeNull()
  })

  test('wherever the box lies, every point is a pixel of the picture', () => {
    const side = fc.integer({ min: 1, max: 4000 })
    fc.assert(
      fc.property(side, side, side, side, fc.integer(), fc.integer(), (width, height, w, h, x, y) => {
        const pixel = toStreamPixel({ x, y }, { left: 7, top: 9, width, height }, { width: w, height: h })
        expect(pixel).not.toBeNull()
        expect(pixel?.x).toBeGreaterThanOrEqual(0)
        expect(pixel?.x).toBeLessThan(w)
        expect(pixel?.y).toBeGreaterThanOrEqual(0)
        expect(pixel?.y).toBeLessThan(h)
      }),
    )
  })
})
