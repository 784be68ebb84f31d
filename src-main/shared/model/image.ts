/** Images: what a site's sessions can run, and what is chosen for a new one. */
import { z } from 'zod'

/** As the portal names it. */
export const imageIdSchema = z.string().regex(/^[^\p{Cc}]{1,64}$/u, 'an image’s id: text on one line')

export const mostImages = 100

export const imageSchema = z.object({
  id: imageIdSchema,
  name: z.string().max(200),
  /** What is in it; empty where the portal says nothing. */
  description: z.string().max(500),
  /** False: the portal says that it is not installed. It is never asked for then. */
  available: z.boolean(),
  /** What the portal takes where none is asked for. */
  default: z.boolean(),
})
export type Image = z.infer<typeof imageSchema>

/** What new sessions of a kind can run. No images: there is nothing to choose from. */
export const imageListSchema = z.object({
  images: z.array(imageSchema).max(mostImages),
  /** What a session runs where nothing is chosen; null: no image can be had. */
  standard: imageIdSchema.nullable(),
})
export type ImageList = z.infer<typeof imageListSchema>

/** Time limits of a VNC desktop's job that can be chosen, hours. */
export const vncHours = [1, 2, 4, 8, 12, 24] as const
export const vncHoursSchema = z.literal(vncHours)

/** Sizes of a VNC desktop that can be chosen, pixels. */
export const vncSizes = ['1280x720', '1920x1080', '2560x1440', '3840x2160'] as const
export const vncSizeSchema = z.enum(vncSizes)
