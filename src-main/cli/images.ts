/** `vizlink images`: what new sessions can run, and which image is taken without a choice. */
import { fail, toFailure, VizlinkError } from '../shared/errors.ts'
import type { DesktopKind } from '../shared/model/desktop.ts'
import type { Image } from '../shared/model/image.ts'
import { unknownImage } from './image-option.ts'
import { say } from './output.ts'
import { sayNotListed, withSessions, type Services, type SessionOptions } from './sessions.ts'
import { padded, t } from './texts.ts'

interface ImageOptions extends SessionOptions {
  /** Id of the image that new streamed sessions shall have from now on. */
  use?: string
}

interface ListedImage extends Image {
  kind: DesktopKind
  /** New sessions have it. */
  used: boolean
}

const columns = ['image', 'kind', 'state', 'name'] as const

/** @returns exit status */
export function images(options: ImageOptions): Promise<number> {
  const { use } = options
  return withSessions(options, (services) =>
    use === undefined ? listImages(services, options.json ?? false) : useImage(services, use),
  )
}

async function listImages(services: Services, json: boolean): Promise<number> {
  const streams = await imagesOf(services, 'stream').catch((error: unknown) => toFailure(error))
  const vnc = await imagesOf(services, 'vnc').catch((error: unknown) => toFailure(error))
  const listed = [...(Array.isArray(streams) ? streams : []), ...(Array.isArray(vnc) ? vnc : [])]
  // The service of one kind may be away while images of the other can be had.
  if (!Array.isArray(streams) && listed.length === 0) throw new VizlinkError(streams)
  if (!Array.isArray(streams)) sayNotListed('cli.images.noStreams', streams)
  if (!Array.isArray(vnc)) sayNotListed('cli.images.noVnc', vnc)
  if (json) process.stdout.write(`${JSON.stringify(listed)}\n`)
  else if (listed.length === 0) say(t('cli.images.none'))
  else for (const row of [columns.map((name) => t(`cli.images.${name}`)), ...listed.map(cellsOf)]) print(row)
  return 0
}

const print = (cells: string[]): void => {
  const line = cells.map((cell, index) => padded(cell, [24, 8, 18][index] ?? 0)).join('  ')
  process.stdout.write(`${line.trimEnd()}\n`)
}

const cellsOf = ({ id, kind, available, used, name, description }: ListedImage): string[] => [
  id,
  t(`cli.images.${kind}`),
  t(used ? 'cli.images.used' : available ? 'cli.images.available' : 'cli.images.missing'),
  description === '' ? name : `${name}: ${description}`,
]

async function imagesOf(
  { sessions, settings, siteId, user, hasVnc }: Services,
  kind: DesktopKind,
): Promise<ListedImage[]> {
  if (kind === 'vnc' && !hasVnc) return []
  const { images: listed, standard } = await sessions.images({ siteId, user, kind })
  const { image: chosen } = await settings.chosenAt(siteId, kind)
  const used = listed.some(({ id, available }) => id === chosen && available) ? chosen : standard
  return listed.map((image) => ({ kind, ...image, used: image.id === used }))
}

/** Remembers an image, as a choice on the page does. */
async function useImage(services: Services, id: string): Promise<number> {
  const listed = await imagesOf(services, 'stream')
  const image = listed.find((one) => one.id === id)
  if (!image) throw unknownImage(id, listed)
  if (!image.available)
    throw fail('image-missing', 'not-available', { facts: { image: image.name }, retryable: false })
  await services.settings.set({ key: 'image', siteId: services.siteId, value: id })
  say(t('cli.images.remembered', { image: image.name }))
  return 0
}
