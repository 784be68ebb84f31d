/** Each fault of the portal alone: the site check finds exactly what it breaks. */
import { testBatches, withCheckedSite } from '../support/site-check-runner.ts'
import { batches } from '../support/site-check-table.ts'

testBatches(
  withCheckedSite({ tls: true }),
  batches.portal.flat().map((fault) => [fault]),
)
