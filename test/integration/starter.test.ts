/** What npm runs ends with who started it; the long tests strike every program in every way. */
import { describe } from 'vitest'
import { endsWithItsStarter, strikes } from '../support/npm-starter.ts'

describe('the demo site', () => endsWithItsStarter('site', strikes))

// The same ways to an end behind other programs: two prove as much.
const few = strikes.filter(([who, signal]) => who !== 'shell' && signal === 'SIGKILL')
describe('the demo', () => endsWithItsStarter('demo', few))
describe('the client in a window', () => endsWithItsStarter('start', few))
describe('the command line', () => endsWithItsStarter('vizlink', few))
describe('the tests', () => endsWithItsStarter('test', few))
