/** The client killed in each step on the way to the desktop. */
import { testKilledClient } from '../integration/faults/killed-client.ts'

testKilledClient({ all: true })
