/** Lists of images: of the Moonlight backend and, in the same shape, of the dashboard for VNC desktops. */
import { z } from 'zod'
import { imageIdSchema, mostImages, type Image } from '../../shared/model/image.ts'
import { onceEach } from '../../shared/bounds.ts'
import { readAnswer, type PortalAnswer, type PortalSender } from './http.ts'
import { list, text } from './lenient.ts'

const imageShape = z
  .object({
    id: imageIdSchema,
    name: text(200),
    description: text(500),
    // A portal that does not say it refuses what is not there.
    available: z.boolean().default(true),
    default: z.boolean().catch(false),
  })
  .transform((image): Image => ({ ...image, name: image.name || image.id }))

export const imagesShape = z.object({ images: list(imageShape, mostImages) })

/** The dashboard looks for each image over SSH, 5 s at most. */
export const imagesDeadlineMs = 20_000

/** @returns null: the portal has no list of images; older ones had none */
export function readImages(path: string, answer: PortalAnswer): Image[] | null {
  if (answer.status === 404) return null
  return onceEach(readAnswer(path, answer, imagesShape).images, ({ id }) => id)
}

/** The images of streamed desktops; wants no sign-in. @param base of the Moonlight API */
export const moonlightImages = async (
  http: Pick<PortalSender, 'send'>,
  base: string,
): Promise<Image[] | null> =>
  readImages('/images', await http.send(`${base}/images`, { deadlineMs: imagesDeadlineMs }))
