import { testMatrix } from './cells.ts'

testMatrix({ all: false })
