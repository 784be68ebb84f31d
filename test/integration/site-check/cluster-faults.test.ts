import { testBatches, withCheckedSite } from '../../support/site-check-runner.ts'
import { batches } from '../../support/site-check-table.ts'

testBatches(withCheckedSite(), batches.cluster)
