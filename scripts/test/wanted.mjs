/** What the arguments of `npm test` ask for. */
import { relative, resolve } from 'node:path'
import { root } from '../set-up/index.mjs'
import { fileTiers, usualTiers } from './tiers.mjs'

/** The tier in whose folder a test file lies. */
export const tierOf = (file) => fileTiers.find((tier) => file.startsWith(`test/${tier}/`))

/**
 * @param {string[]} args names of tiers, paths of test files, `--long`; none: every usual tier
 * @returns {{tiers: Set<string>, files: string[]}} `files` by their paths from the project's root
 * @throws {Error} what is not known, as a sentence for the user
 */
export function wanted(args) {
  const asked = args.filter((argument) => !argument.startsWith('--'))
  const isPath = (argument) => argument.includes('/')
  const files = asked.filter(isPath).map((path) => relative(root, resolve(path)))
  const named = args.includes('--long') ? ['long'] : asked.filter((argument) => !isPath(argument))
  const tiers = [...usualTiers, 'long']
  const unknown = [
    ...named.filter((name) => !tiers.includes(name)),
    ...files.filter((file) => tierOf(file) === undefined),
  ]
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. Tiers: ${tiers.join(', ')}; or the path of a test file.`)
  const chosen = named.length + files.length > 0 ? [...named, ...files.map(tierOf)] : usualTiers
  return { tiers: new Set(chosen), files }
}
