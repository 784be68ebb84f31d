/** What the portal is asked for: an image of its list that is there, and one sentence where that is not the wanted one. */
import { expect, test } from 'vitest'
import { imageOf } from '../../../../src-main/services/sessions/image-of-session.ts'
import type { Image } from '../../../../src-main/shared/model/image.ts'
import { translate, type Text } from '../../../../src-main/shared/texts/index.ts'
import { failureOf } from '../../../support/failure-of.ts'

const image = (id: string, name: string, available: boolean): Image => ({
  ...{ id, name, available },
  description: '',
  default: false,
})
const images = [image('desktop', 'XFCE', false), image('gnome', 'GNOME', true)]
const nothing = { wished: null, preset: null }

function ask(
  ...[kind, list, wanted]: Parameters<typeof imageOf> extends [...infer Most, unknown] ? Most : never
) {
  const notes: string[] = []
  const note = (text: Text): void => void notes.push(translate(text, 'en'))
  return { id: imageOf(kind, list, wanted, note), notes }
}

test('another image in the place of a remembered one is said in one sentence', () => {
  expect(ask('stream', images, { ...nothing, wished: { id: 'desktop', firm: false } })).toEqual({
    id: 'gnome',
    notes: ['XFCE is not available at the portal: this session has GNOME.'],
  })
  expect(ask('stream', images, nothing)).toEqual({ id: 'gnome', notes: [] })
})

test('a portal without a list is asked for what is wanted, else for its default one', () => {
  expect(ask('stream', null, { wished: { id: 'cad', firm: false }, preset: 'gnome' }).id).toBe('cad')
  expect(ask('stream', null, { wished: null, preset: 'gnome' }).id).toBe('gnome')
  expect(ask('vnc', null, nothing)).toEqual({ id: null, notes: [] })
})

test.each([
  ['stream', images, { id: 'desktop', firm: true }, 'not-available'],
  ['vnc', images, { id: 'cad', firm: true }, 'not-available'],
  ['stream', images.slice(0, 1), { id: 'desktop', firm: false }, 'desktop-image'],
  ['vnc', images.slice(0, 1), null, 'vnc-image'],
  ['stream', [], null, 'desktop-image'],
] as const)('%s with none to be had: nothing is asked for', async (kind, list, wished, reason) => {
  const asked = Promise.resolve().then(() => ask(kind, list, { wished, preset: null }))
  expect(await failureOf(asked)).toMatchObject({ kind: 'image-missing', reason })
})
