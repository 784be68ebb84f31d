/** The full product of ways of signing in, the portal's nginx files and outcomes. */
import { testMatrix } from '../integration/matrix/cells.ts'

testMatrix({ all: true })
