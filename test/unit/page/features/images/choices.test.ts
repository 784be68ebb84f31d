/** What is chosen for new sessions on the page: by site, kept where it cannot be remembered, never against the administrator. */
import { expect, test, vi } from 'vitest'
import { settingsOf } from '../../../../../src-main/domain/settings.ts'
import type { ImageList } from '../../../../../src-main/shared/model/image.ts'
import {
  choiceAt,
  createChoiceStore,
  effectiveImage,
  isManaged,
  wishOf,
} from '../../../../../src-renderer/features/images/choices.ts'
import { createImageStore } from '../../../../../src-renderer/features/images/store.ts'
import { answeringClient } from '../../../../support/answering-client.ts'
import { someFailure } from '../../../../support/some-failure.ts'

const image = (id: string, available: boolean) => ({
  ...{ id, available, name: `The ${id}`, description: '' },
  default: false,
})
const list: ImageList = {
  images: [image('desktop', true), image('gnome', true), image('cad', false)],
  standard: 'desktop',
}
const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 6000 }
const stream = { kind: 'stream', siteId: 'one' } as const
const vnc = { kind: 'vnc', siteId: 'one' } as const

test('what was chosen here holds before what is remembered, at its site alone, also taken back', () => {
  const remember = vi.fn()
  const choices = createChoiceStore(remember)
  choices.follow(settingsOf({ image: { one: 'gnome', two: 'gnome' }, vncHours: { one: 8 } }, {}))
  expect(choiceAt(choices.getState(), 'one', 'image')).toBe('gnome')
  choices.choose({ key: 'image', siteId: 'one', value: 'desktop' })
  choices.choose({ key: 'vncHours', siteId: 'one', value: null })
  const state = choices.getState()
  expect([choiceAt(state, 'one', 'image'), choiceAt(state, 'two', 'image')]).toEqual(['desktop', 'gnome'])
  expect(choiceAt(state, 'one', 'vncHours')).toBeNull()
  expect(remember.mock.calls.flat()).toEqual([
    { key: 'image', siteId: 'one', value: 'desktop' },
    { key: 'vncHours', siteId: 'one', value: null },
  ])
})

test('the administrator’s choice wins over one that was made here', () => {
  const choices = createChoiceStore(() => undefined)
  choices.choose({ key: 'image', siteId: 'one', value: 'desktop' })
  choices.follow(settingsOf({}, { image: { one: 'gnome' } }))
  const state = choices.getState()
  expect([isManaged(state, 'image'), isManaged(state, 'vncImage')]).toEqual([true, false])
  expect(choiceAt(state, 'one', 'image')).toBe('gnome')
})

test.each([
  ['gnome', 'gnome', null],
  [null, 'desktop', null],
  ['cad', 'desktop', 'The cad'],
  ['vanished', 'desktop', 'vanished'],
])('of %s chosen a session has %s', (chosen, id, insteadOf) => {
  const effective = effectiveImage(list, chosen)
  expect([effective.image?.id, effective.insteadOf]).toEqual([id, insteadOf])
})

test('an image is named only where the page knows that it can be had', () => {
  const choices = createChoiceStore(() => undefined)
  expect(wishOf(choices.getState(), stream, list, video)).toEqual({ video })
  choices.choose({ key: 'image', siteId: 'one', value: 'gnome' })
  expect(wishOf(choices.getState(), stream, list, video)).toEqual({ video, image: 'gnome' })
  expect(wishOf(choices.getState(), stream, null, video)).toEqual({ video })
  expect(wishOf(choices.getState(), vnc, list, video)).toEqual({ video })
  choices.choose({ key: 'image', siteId: 'one', value: 'cad' })
  expect(wishOf(choices.getState(), stream, list, video)).toEqual({ video })
})

test('hours and size are of VNC desktops alone', () => {
  const choices = createChoiceStore(() => undefined)
  choices.choose({ key: 'vncHours', siteId: 'one', value: 12 })
  choices.choose({ key: 'vncSize', siteId: 'one', value: '2560x1440' })
  expect(wishOf(choices.getState(), vnc, null, video)).toEqual({
    video: { ...video, width: 2560, height: 1440 },
    hours: 12,
  })
  expect(wishOf(choices.getState(), stream, null, video)).toEqual({ video })
})

test('a list that cannot be had again stays, with what was wrong', async () => {
  const { failure } = someFailure('portal-unreachable')
  let answer: unknown = list
  const { client } = answeringClient(() => {
    if (answer instanceof Error) throw answer
    return answer
  })
  const store = createImageStore(client, 'stream')
  await store.look('one', null)
  answer = someFailure('portal-unreachable')
  await store.look('one', null)
  expect(store.getState().bySite.one).toEqual({ list, failure })
})
