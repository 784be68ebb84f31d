import { expect, test } from 'vitest'
import { withParticles } from '../../../../src-main/shared/texts/particles.ts'

test.each([
  // Hangul by its final.
  ['노드을(를)', '노드를'],
  ['포털을(를)', '포털을'],
  ['포털이(가)', '포털이'],
  ['세션은(는)', '세션은'],
  ['작업과(와)', '작업과'],
  ['노드과(와)', '노드와'],
  ['작업(으)로', '작업으로'],
  ['포털(으)로', '포털로'],
  ['노드(으)로', '노드로'],
  // Digits as they are read: 일, 이, 삼, 영 and 십, 칠.
  ['node01이(가)', 'node01이'],
  ['node02이(가)', 'node02가'],
  ['node03(으)로', 'node03으로'],
  ['node10을(를)', 'node10을'],
  ['node07(으)로', 'node07로'],
  ['포트 8443은(는)', '포트 8443은'],
  // Latin letters: words by their sound, capitals by their names.
  ['viz-login을(를)', 'viz-login을'],
  ['example.org을(를)', 'example.org를'],
  ['node을(를)', 'node를'],
  ['portal(으)로', 'portal로'],
  ['Chrome(으)로', 'Chrome으로'],
  ['desktop이(가)', 'desktop이'],
  ['SSH을(를)', 'SSH를'],
  ['URL(으)로', 'URL로'],
  ['VPN을(를)', 'VPN을'],
  // A closing quote is not read.
  ['‘노드’을(를)', '‘노드’를'],
  ['(포털)이(가)', '(포털)이'],
  ['`node01`(으)로', '`node01`로'],
])('%s', (text, expected) => {
  expect(withParticles(`지금 ${text} 확인합니다.`)).toBe(`지금 ${expected} 확인합니다.`)
})

test('several particles of one sentence', () => {
  expect(withParticles('노드이(가) 포털을(를) 작업(으)로')).toBe('노드가 포털을 작업으로')
})

test('brackets that are no particle stay', () => {
  expect(withParticles('작업(job)을 봅니다. 이 노드(node01)는')).toBe('작업(job)을 봅니다. 이 노드(node01)는')
})
