/** The English texts of page and command line, from the catalogues: a test says which text it expects, not how it is worded. */
import { saidIn, translator, type Saying } from '../../src-main/shared/texts/index.ts'

export const text = translator('en')

/** What is said in English; empty where nothing is. */
export const said = (saying: Saying | null | undefined): string =>
  saying === null || saying === undefined ? '' : saidIn(saying, 'en')
