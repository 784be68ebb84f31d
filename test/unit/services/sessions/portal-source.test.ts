/** Which image a new session has: never one that the portal says is not there. */
import { expect, test } from 'vitest'
import { chooseImage } from '../../../../src-main/services/sessions/portal-source.ts'
import { failureOf } from '../../../support/failure-of.ts'

const image = (id: string, available: boolean, standard = false) => ({ id, available, default: standard })
const gnomeAlone = [image('desktop', false, true), image('gnome', true)]
const both = [image('gnome', true), image('desktop', true, true)]

test.each([
  ['the portal’s default one', both, null, 'desktop'],
  ['another, where the default one is not there', gnomeAlone, null, 'gnome'],
  ['the one that the profile names', both, 'gnome', 'gnome'],
  ['one that the portal does not list: it answers for itself', both, 'own', 'own'],
  ['the one that is wanted, without a list', [], 'gnome', 'gnome'],
] as const)('%s', (_which, images, wanted, chosen) => {
  expect(chooseImage(images, wanted)).toBe(chosen)
})

test.each([
  ['the one that the profile names is not there', gnomeAlone, 'desktop'],
  ['none is there', [image('desktop', false, true)], null],
  ['there are none', [], null],
] as const)('%s: nothing is asked for', async (_what, images, wanted) => {
  const chosen = Promise.resolve().then(() => chooseImage(images, wanted))
  expect(await failureOf(chosen)).toMatchObject({ kind: 'image-missing', reason: 'desktop-image' })
})
