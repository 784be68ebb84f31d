/** `--image`: an id that the portal does not list is wrong usage, reported before anything is asked of the site. */
import type { App } from '../app.ts'
import type { LoadedProfile } from '../services/sites/index.ts'
import type { CallOutput } from '../shared/contract.ts'
import { fail, knownFacts } from '../shared/errors.ts'
import type { Image } from '../shared/model/image.ts'

/** @param listed what the portal has; empty: its sessions have no images to choose from */
export const unknownImage = (image: string, listed: readonly Pick<Image, 'id'>[]): Error =>
  listed.length === 0
    ? fail('bad-request', 'no-images', { retryable: false })
    : fail('bad-request', 'unknown-image', {
        facts: { image, images: listed.map(({ id }) => id).join(', ') },
        retryable: false,
      })

/** Whether a command was given an image that cannot be meant. */
export const isWrongImage = (error: unknown): boolean =>
  knownFacts(error, 'bad-request', 'no-images') !== null ||
  knownFacts(error, 'bad-request', 'unknown-image') !== null

/** @throws VizlinkError bad-request; a portal that cannot be asked now shows itself when the desktop is asked for */
export async function checkImage(
  app: App,
  { profile, jobTemplate }: LoadedProfile,
  image: string,
): Promise<void> {
  if (!profile.portal || jobTemplate !== null) throw unknownImage(image, [])
  const input = { siteId: profile.id, kind: 'stream' as const, user: null }
  const reply = await app.call({ id: 'command-line', trusted: true }, 'images.list', input)
  const { images } = reply.ok ? (reply.value as CallOutput<'images.list'>) : { images: [] }
  if (images.length > 0 && !images.some(({ id }) => id === image)) throw unknownImage(image, images)
}
