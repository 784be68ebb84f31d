/** The order of test files: the slowest start first, so that none of them runs alone at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Beginnings of paths below this folder. What is not named here takes less than half a minute. */
const slow = [
  'integration/matrix/',
  'integration/status/panels',
  'integration/faults/',
  'integration/link/connect-host',
  'integration/cli/site',
  'integration/site/cluster-faults',
  'integration/site/slurm-states',
  'integration/site-check/',
  'integration/auth/hand-off',
  'integration/gamestream/',
  'e2e/whole-path',
  'page/panels',
  'page/states',
  'page/accessible',
]

function rank({ moduleId }: TestSpecification): number {
  const path = moduleId.slice(import.meta.dirname.length + 1)
  const at = slow.findIndex((beginning) => path.startsWith(beginning))
  return at < 0 ? slow.length : at
}

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // The rest stays as vitest orders it.
    const usual = await super.sort(files)
    return usual.sort((one, other) => rank(one) - rank(other))
  }
}
