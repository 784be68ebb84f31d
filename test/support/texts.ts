/** The English texts of page and command line, from the catalogues: a test says which text it expects, not how it is worded. */
import { translator } from '../../src-main/shared/texts/index.ts'

export const text = translator('en')
