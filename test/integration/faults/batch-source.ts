/** Sessions by sbatch as the connection makes them, on a login that is open, without a connection. */
import { BatchSource } from '../../../src-main/services/sessions/batch-source.ts'
import { ClusterLogin } from '../../../src-main/services/cluster/cluster-login.ts'
import { loadIdentity } from '../../../src-main/services/host/pairings.ts'
import { QuestionBoard } from '../../../src-main/services/questions/board.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

/** @param dataFolder holds the client's identity */
export async function withBatchSource(
  profile: string,
  dataFolder: string,
  work: (source: BatchSource, cluster: ClusterLogin) => Promise<void>,
): Promise<void> {
  const loaded = await loadProfile(profile)
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder })
  const questions = new QuestionBoard(() => undefined)
  const cluster = new ClusterLogin(loaded, platform, questions.handlers, () => undefined)
  const source = new BatchSource({
    cluster,
    slurm: loaded.profile.slurm,
    template: loaded.jobTemplate ?? '',
    identity: () => loadIdentity(platform.secrets),
    now: () => Date.now(),
  })
  try {
    await cluster.login()
    await work(source, cluster)
  } finally {
    await cluster.close().then(() => platform.dispose())
  }
}
