/** What a release build says of itself: one file, in the place of the names and addresses that are in the source tree. */
import { readFileSync } from 'node:fs'

/** Fields of the file, and where each goes. */
const places = {
  homepage: ['extraMetadata.homepage'],
  author: ['extraMetadata.author'],
  version: ['extraMetadata.version'],
  appId: ['appId'],
  copyright: ['copyright'],
}

/**
 * @param {string | undefined} file JSON with any of these fields as texts (`VIZLINK_RELEASE`)
 * @returns {string[]} options of electron-builder
 * @throws {Error} a sentence for the person who builds
 */
export function releaseOptions(file) {
  if (file === undefined) return []
  const release = JSON.parse(readFileSync(file, 'utf8'))
  return Object.entries(release).flatMap(([name, value]) => {
    if (!Object.hasOwn(places, name) || typeof value !== 'string')
      throw new Error(`${file}: ${name} is none of ${Object.keys(places).join(', ')}, or no text.`)
    return places[name].map((place) => `-c.${place}=${value}`)
  })
}
