/** Findings about nodes: the worst of them counts, and what was seen names them. */
import { expect, test } from 'vitest'
import type { CheckFinding, FindingId } from '../../../../src-main/shared/model/site-check.ts'
import { saidIn } from '../../../../src-main/shared/texts/index.ts'
import type { NodeSight } from '../../../../src-main/site-check/observations.ts'
import { judge } from '../../../../src-main/site-check/rules/report.ts'
import { healthyObservations, ok, unseen } from './healthy-observations.ts'

/** A partition of so many healthy nodes, each changed by its index. */
function findingOf(
  id: FindingId,
  count: number,
  change: (node: NodeSight, index: number) => void,
  all = count,
) {
  const observations = healthyObservations()
  const looked = Array.from({ length: count }, (_, index) => {
    const fresh = healthyObservations().nodes
    const sight = fresh.ok ? fresh.value.looked[0]!.sight : unseen('none')
    if (sight.ok) change(sight.value, index)
    return { name: `viz${index + 1}`, way: ok(null), sight }
  })
  observations.nodes = ok({ looked, all })
  return judge(observations).find((finding) => finding.id === id)!
}
const words = ({ result, seen }: CheckFinding): string => `${result}: ${saidIn(seen, 'en')}`
const image = '/opt/apptainers/sunshine_desktop.sif'

test('nodes that are alike are said once', () => {
  expect(words(findingOf('images.node', 2, () => undefined))).toBe(`pass: viz1, viz2: ${image}`)
})

test('of nodes that differ those that are wrong are named, and no others', () => {
  const missing = findingOf('images.node', 3, (node, index) => {
    if (index === 1) node.image.bytes = null
  })
  expect(words(missing)).toBe(`fail: viz2: ${image} is not there`)
})

test('each says what is wrong with it', () => {
  const lacking = findingOf('job.programs', 2, (node, index) => {
    node.missingPrograms = index === 0 ? ['Xorg'] : ['apptainer', 'xxd']
  })
  expect(words(lacking)).toBe('fail: viz1: not there: Xorg; viz2: not there: apptainer, xxd')
})

test('one that cannot be judged hides nothing of the others', () => {
  const judged = (version: string | null) =>
    findingOf('host.version', 2, (node, index) => (node.host.version = index === 0 ? null : version))
  expect(words(judged('0.23.1'))).toBe('warning: viz2: Sunshine 0.23.1')
  expect(words(judged('2027.1.1'))).toBe('pass: viz2: Sunshine 2027.1.1')
  expect(judged(null)).toMatchObject({ result: 'not-testable', reason: { key: 'site-check-reasons.noHost' } })
})

test('many nodes and long words stay short', () => {
  const alike = findingOf('images.node', 30, () => undefined)
  expect(words(alike)).toBe(
    `pass: ${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `viz${n}`).join(', ')} +22: ${image}`,
  )
  const different = findingOf('host.command-line', 30, (node, index) => {
    node.host.badCommandLine = `${index} ${'x'.repeat(2000)}`
  })
  expect(words(different).length).toBeLessThan(1500)
  expect(words(different)).toMatch(/; 26 more nodes$/)
})

test('that not all were looked at is said', () => {
  expect(words(findingOf('images.node', 1, () => undefined, 40))).toBe(
    `pass: viz1: ${image} (looked at 1 of 40 nodes)`,
  )
})
