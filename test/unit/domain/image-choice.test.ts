/** Which image a new session runs: never one that the portal says is not there. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseImage, type ImageWish } from '../../../src-main/domain/image-choice.ts'
import type { Image } from '../../../src-main/shared/model/image.ts'

const image = (id: string, available: boolean, standard = false): Image => ({
  ...{ id, available, default: standard },
  name: `The ${id}`,
  description: '',
})
const remembered = (id: string): ImageWish => ({ id, firm: false })
const named = (id: string): ImageWish => ({ id, firm: true })
const gnomeAlone = [image('desktop', false, true), image('gnome', true)]
const both = [image('gnome', true), image('desktop', true, true)]

test.each([
  ['the portal’s default one', both, null, null, 'desktop', null],
  ['another, where the default one is not there', gnomeAlone, null, null, 'gnome', null],
  ['the one that the profile names', both, null, 'gnome', 'gnome', null],
  ['the remembered one before the profile’s', both, remembered('desktop'), 'gnome', 'desktop', null],
  ['the one that was named', both, named('gnome'), 'desktop', 'gnome', null],
  [
    'another for a remembered one that is not there',
    gnomeAlone,
    remembered('desktop'),
    null,
    'gnome',
    'The desktop',
  ],
  ['another for a remembered one that has vanished', both, remembered('cad'), null, 'desktop', 'cad'],
  ['the profile’s for a remembered one that has vanished', both, remembered('cad'), 'gnome', 'gnome', 'cad'],
  ['another for the profile’s that is not there', gnomeAlone, null, 'desktop', 'gnome', 'The desktop'],
] as const)('%s', (_which, images, wished, preset, id, insteadOf) => {
  expect(chooseImage(images, wished, preset)).toEqual({
    image: images.find((one) => one.id === id),
    insteadOf,
  })
})

test.each([
  ['the one that was named is not there', gnomeAlone, named('desktop')],
  ['the one that was named is not in the list', both, named('cad')],
  ['none is there', [image('desktop', false, true)], remembered('desktop')],
  ['there are none', [], null],
] as const)('%s: none', (_what, images, wished) => {
  expect(chooseImage(images, wished)).toBeNull()
})

test('whatever is listed and wanted, an image that is not there is never chosen', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const listed = fc.uniqueArray(fc.record({ id, available: fc.boolean(), default: fc.boolean() }), {
    selector: (one) => one.id,
  })
  const wish = fc.option(fc.record({ id, firm: fc.boolean() }))
  fc.assert(
    fc.property(listed, wish, fc.option(id), (images, wished, preset) => {
      const all = images.map((one) => ({ ...one, name: one.id, description: '' }))
      const chosen = chooseImage(all, wished, preset)
      if (chosen !== null) expect(chosen.image.available).toBe(true)
      if (chosen !== null && wished?.firm) expect(chosen.image.id).toBe(wished.id)
      if (!wished?.firm) expect(chosen !== null).toBe(all.some(({ available }) => available))
    }),
  )
})
