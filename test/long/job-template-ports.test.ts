/** Ports that others take, with each way to look for them and each of Sunshine's words. */
import { testTakenPorts } from '../integration/faults/job-template-ports.ts'

testTakenPorts({ all: true })
