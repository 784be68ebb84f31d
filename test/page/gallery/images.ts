/** States of the choice of images for the gallery. */
import type { Image, ImageList } from '../../../src-main/shared/model/image.ts'
import { longWords, session, site, type Scenario } from './scenario-parts.ts'
import { vncSession } from './vnc.ts'

const image = (id: string, name: string, description: string, change: Partial<Image> = {}): Image => ({
  ...{ id, name, description },
  available: true,
  default: false,
  ...change,
})
const xfce = image(
  'desktop',
  'XFCE4 Desktop (Sunshine)',
  'Lightweight XFCE4 desktop with Sunshine streaming',
  {
    default: true,
  },
)
const gnome = image(
  'gnome',
  'GNOME Desktop (Sunshine)',
  'Full-featured GNOME desktop with Sunshine streaming',
)
const prepost = image(
  'gnome_lsprepost',
  'GNOME + LS-PrePost (Sunshine)',
  'GNOME desktop with LS-PrePost CAE software and Sunshine streaming',
)
const away = (one: Image): Image => ({ ...one, available: false })

const listed: ImageList = { images: [xfce, gnome, away(prepost)], standard: 'desktop' }
const vncListed: ImageList = {
  images: [
    image('xfce4', 'XFCE4 Desktop', 'Lightweight desktop environment with XFCE4', { default: true }),
    image('gnome', 'GNOME Desktop', 'Full-featured Ubuntu GNOME desktop environment'),
    away(
      image(
        'gnome_lsprepost',
        'GNOME + LS-PrePost 4.12',
        'GNOME Desktop with LS-PrePost 4.12.8 pre-installed',
      ),
    ),
  ],
  standard: 'xfce4',
}

/** @param base the first screen without any of it */
export const imageStates = (base: Scenario): Record<string, () => Scenario> => ({
  images: () => ({
    ...base,
    images: listed,
    vncImages: vncListed,
    settings: { image: { demo: 'gnome' }, vncImage: { demo: 'gnome' }, vncHours: { demo: 8 } },
  }),
  'images-first': () => ({ ...base, images: listed, sessions: [session()], vncSessions: [vncSession()] }),
  'images-one': () => ({ ...base, images: { images: [xfce], standard: 'desktop' } }),
  'images-instead': () => ({
    ...base,
    images: listed,
    vncImages: vncListed,
    settings: { image: { demo: 'gnome_lsprepost' }, vncImage: { demo: 'cad' } },
  }),
  'images-none': () => ({
    ...base,
    images: { images: [xfce, gnome].map(away), standard: null },
  }),
  'images-managed': () => ({ ...base, images: listed, policy: { image: { demo: 'gnome' } } }),
  'images-long': () => ({
    ...base,
    sites: [
      { ...site, name: longWords, portalUser: 'a'.repeat(32), sshUser: 'b'.repeat(32) },
      { ...site, id: 'other', name: 'Other site' },
    ],
    images: {
      images: [
        { ...xfce, name: longWords, description: `${longWords}. `.repeat(3) },
        { ...gnome, name: `${'x'.repeat(90)}`, description: 'y'.repeat(200), available: false },
      ],
      standard: 'desktop',
    },
    vncImages: { images: vncListed.images.map((one) => ({ ...one, name: longWords })), standard: 'xfce4' },
    settings: { image: { demo: 'gnome' }, vncHours: { demo: 24 }, vncSize: { demo: '3840x2160' } },
  }),
})
