/** The image that a portal is asked for. */
import { chooseImage, nameOf, type ImageWish } from '../../domain/image-choice.ts'
import { fail, type EvidenceItem } from '../../shared/errors.ts'
import type { DesktopKind } from '../../shared/model/desktop.ts'
import type { Image } from '../../shared/model/image.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

/**
 * @param images what the portal lists; null: it has no list, or it cannot be had, and the portal itself refuses what is not there
 * @param note gets a sentence where another image takes the place of the one that was wanted
 * @returns null: the portal's default one
 * @throws VizlinkError image-missing
 */
export function imageOf(
  kind: DesktopKind,
  images: readonly Image[] | null,
  { wished, preset }: { wished: ImageWish | null; preset: string | null },
  note: (text: Text) => void,
): string | null {
  if (images === null) return wished?.id ?? preset
  const chosen = chooseImage(images, wished, preset)
  if (chosen === null) throw notToBeHad(kind, images, wished)
  const { image, insteadOf: wanted } = chosen
  if (wanted !== null) note(asText('desktop.warning.imageInstead', { wanted, image: image.name }))
  return image.id
}

function notToBeHad(kind: DesktopKind, images: readonly Image[], wished: ImageWish | null): Error {
  const evidence: EvidenceItem[] = [
    { label: 'asked-for', value: wished?.id ?? 'any' },
    ...images.map(({ id, available }) => ({
      label: 'answer',
      value: `${id}: ${available ? 'there' : 'missing'}`,
    })),
  ]
  if (wished && images.some(({ available }) => available)) {
    const facts = { image: nameOf(images, wished.id) }
    return fail('image-missing', 'not-available', { facts, evidence, retryable: false })
  }
  return fail('image-missing', kind === 'vnc' ? 'vnc-image' : 'desktop-image', { evidence })
}
