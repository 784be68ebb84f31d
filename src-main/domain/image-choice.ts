/** Which image a new session runs: never one that the portal says is not there. */
import type { Image } from '../shared/model/image.ts'

/** An image that is wanted. */
export interface ImageWish {
  id: string
  /** No other one will do: the user has named it just now. Else another takes its place where it is not there. */
  firm: boolean
}

export interface ChosenImage {
  image: Image
  /** The one that was wanted more and is not there, by its name; null: this is the one that was wanted, or none was. */
  insteadOf: string | null
}

/**
 * @param wished the user's own; null: none
 * @param preset the one that the site profile names; null: none
 * @returns null: no image can be had, or not the one that must be
 */
export function chooseImage(
  images: readonly Image[],
  wished: ImageWish | null,
  preset: string | null = null,
): ChosenImage | null {
  const there = images.filter(({ available }) => available)
  const wanted = [wished?.id ?? null, preset].filter((id) => id !== null)
  const first = wanted[0]
  const found = wanted.flatMap((id) => there.find((image) => image.id === id) ?? [])
  const best = found[0] ?? there.find((image) => image.default) ?? there[0]
  if (!best || (wished?.firm && best.id !== wished.id)) return null
  const isOther = first !== undefined && best.id !== first
  return { image: best, insteadOf: isOther ? nameOf(images, first) : null }
}

/** An image's name; its id where it is not in the list. */
export const nameOf = (images: readonly Image[], id: string): string =>
  images.find((image) => image.id === id)?.name ?? id
