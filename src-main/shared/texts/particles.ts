/**
 * Korean particles after inserted values. A text says `{{host}}을(를)`; which of the two is right depends on whether the
 * value's last syllable, as it is read aloud, ends in a consonant.
 */

/** How a syllable ends: `ㄹ` counts as a vowel for (으)로. */
type Ending = 'vowel' | 'consonant' | 'ㄹ'

const pairs: Record<string, [afterConsonant: string, afterVowel: string]> = {
  '을(를)': ['을', '를'],
  '이(가)': ['이', '가'],
  '은(는)': ['은', '는'],
  '과(와)': ['과', '와'],
  '(으)로': ['으로', '로'],
}

/** Closing quotes and brackets are not read. */
const pattern = /([\p{L}\p{N}])([^\p{L}\p{N}\s]*)(을\(를\)|이\(가\)|은\(는\)|과\(와\)|\(으\)로)/gu

/** Of 0 to 9 as Koreans read them: 영 일 이 삼 사 오 육 칠 팔 구. 10, 100 and 1000 (십, 백, 천) end as 0 does. */
const digits: Ending[] = [
  ...(['consonant', 'ㄹ', 'vowel', 'consonant', 'vowel'] as const),
  ...(['vowel', 'consonant', 'ㄹ', 'ㄹ', 'vowel'] as const),
]

/** @param text a translated text with its values in place */
export function withParticles(text: string): string {
  return text.replace(pattern, (_whole, last: string, closing: string, particle: string, offset: number) => {
    const ending = endingOf(text.slice(0, offset + last.length))
    const [afterConsonant, afterVowel] = pairs[particle]!
    const asVowel = ending === 'vowel' || (ending === 'ㄹ' && particle === '(으)로')
    return `${last}${closing}${asVowel ? afterVowel : afterConsonant}`
  })
}

function endingOf(text: string): Ending {
  const last = text.at(-1)!
  if (last >= '가' && last <= '힣') {
    // Unicode orders syllables by their final: 28 of each beginning, the first without one, the ninth ㄹ.
    const final = (last.charCodeAt(0) - '가'.charCodeAt(0)) % 28
    return final === 0 ? 'vowel' : final === 8 ? 'ㄹ' : 'consonant'
  }
  if (/\d/.test(last)) return digits[Number(last)] ?? 'vowel'
  return endingOfWord(/[A-Za-z]+$/.exec(text)?.[0] ?? '')
}

/** As Latin letters are usually read: capitals by their names (엘, 엠, 엔, 알), words by their sound. */
function endingOfWord(word: string): Ending {
  if (word === word.toUpperCase())
    return /[LR]$/.test(word) ? 'ㄹ' : /[MN]$/.test(word) ? 'consonant' : 'vowel'
  const lower = word.toLowerCase()
  if (/le?$/.test(lower)) return 'ㄹ'
  return /([mn]e?|ng|[aeiou][bckpt]|ck)$/.test(lower) ? 'consonant' : 'vowel'
}
