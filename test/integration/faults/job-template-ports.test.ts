import { testTakenPorts } from './job-template-ports.ts'

testTakenPorts({ all: false })
