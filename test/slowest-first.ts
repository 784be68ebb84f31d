/** The order of test files: the slowest start first, so that none of them runs alone at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import durations from './durations.json' with { type: 'json' }

/** Seconds that a file took when they were last noted (docs/testing.md); what is not listed took less than five. */
const secondsOf = ({ moduleId }: TestSpecification): number =>
  (durations as Record<string, number>)[moduleId.slice(import.meta.dirname.length + 1)] ?? 0

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // The rest stays as vitest orders it.
    const usual = await super.sort(files)
    return usual.sort((one, other) => secondsOf(other) - secondsOf(one))
  }
}
