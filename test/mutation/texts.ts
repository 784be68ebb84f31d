/** Faults in what chooses and fills the texts. */
import { inFile } from './fault.ts'

const folder = 'src-main/shared/texts'
const tests = (name: string) => [`test/unit/shared/texts/${name}.test.ts`]

export const textFaults = [
  ...inFile(`${folder}/particles.ts`, tests('particles'), [
    {
      id: 'particles-final',
      find: 'final === 8',
      replace: 'final === 9',
      kind: 'wrong constant',
      harm: 'Korean sentences say 포털으로.',
    },
    {
      id: 'particles-vowel',
      find: 'asVowel ? afterVowel : afterConsonant',
      replace: 'asVowel ? afterConsonant : afterVowel',
      kind: 'condition turned',
      harm: 'Every Korean sentence with a value has the wrong particle.',
    },
  ]),
  ...inFile(`${folder}/language.ts`, tests('language'), [
    {
      id: 'language-wish',
      find: "if (wish !== 'system') return wish",
      replace: '',
      kind: 'check removed',
      harm: 'The choice of a language has no effect.',
    },
  ]),
  ...inFile(`${folder}/translate.ts`, tests('translate'), [
    {
      id: 'text-key-known',
      find: '.has(key)',
      replace: '.has(key) || true',
      kind: 'check removed',
      harm: 'A person reads the name of a text instead of the text.',
    },
  ]),
]
