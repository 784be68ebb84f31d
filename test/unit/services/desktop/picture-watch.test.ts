/** A picture that stays away: who is asked after a second, what is said after two, and that it is taken back. */
import { expect, test } from 'vitest'
import { PictureWatch } from '../../../../src-main/services/desktop/picture-watch.ts'
import type { DesktopSnapshot } from '../../../../src-main/shared/model/desktop.ts'
import { asText } from '../../../../src-main/shared/texts/index.ts'

function watching() {
  const said: DesktopSnapshot['silence'][] = []
  const answer = Promise.withResolvers<ReturnType<typeof asText> | null>()
  const seen = { now: 0, asked: 0 }
  const watch = new PictureWatch({
    now: () => seen.now,
    ask() {
      seen.asked++
      return answer.promise
    },
    report: (silence) => said.push(silence),
  })
  const look = (now: number, frames: number, excused?: boolean): void => {
    seen.now = now
    watch.look(frames, excused)
  }
  return { said, seen, answer, watch: look, at: (now: number, frames: number) => look(now, frames) }
}
const cause = asText('desktop.silence.hostSilent')

test('asked once after a second, said after two, with the cause once it is known, and taken back', async () => {
  const { said, seen, at, answer } = watching()
  at(0, 30)
  at(900, 30)
  expect(seen.asked).toBe(0)
  at(1000, 30)
  expect([seen.asked, said]).toEqual([1, []])
  at(2000, 30)
  answer.resolve(cause)
  await answer.promise
  at(3000, 30)
  at(4000, 31)
  expect(said).toEqual([{ seconds: 2, cause: null }, { seconds: 3, cause }, null])
  expect(seen.asked).toBe(1)
})

test('while the stream is changed or its bytes still arrive nothing is said, and what was said is taken back', () => {
  const { said, seen, at, watch } = watching()
  at(0, 30)
  for (const now of [1000, 5000, 9000]) watch(now, 30, true)
  expect([seen.asked, said]).toEqual([0, []])
  for (const now of [10_000, 11_000]) at(now, 30)
  watch(12_000, 30, true)
  expect([seen.asked, said]).toEqual([1, [{ seconds: 2, cause: null }, null]])
})

test('a stream that has not begun, and one that pauses for less, say nothing', () => {
  const { said, seen, at } = watching()
  for (const now of [0, 3000, 6000]) at(now, 0)
  at(7000, 1)
  at(7900, 1)
  at(8000, 2)
  expect([seen.asked, said]).toEqual([0, []])
})
