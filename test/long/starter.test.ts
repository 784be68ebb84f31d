/** Every program that npm runs ends with who started it, in every way. */
import { describe } from 'vitest'
import { endsWithItsStarter, strikes } from '../support/npm-starter.ts'

describe.each(['demo', 'start', 'vizlink', 'test'] as const)('%s', (name) =>
  endsWithItsStarter(name, strikes),
)
