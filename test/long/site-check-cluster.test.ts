/** Each fault of the cluster alone: the site check finds exactly what it breaks. */
import { testBatches, withCheckedSite } from '../support/site-check-runner.ts'
import { batches } from '../support/site-check-table.ts'

testBatches(
  withCheckedSite(),
  batches.cluster.flat().map((fault) => [fault]),
)
