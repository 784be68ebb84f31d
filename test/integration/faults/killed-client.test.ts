import { testKilledClient } from './killed-client.ts'

testKilledClient({ all: false })
