/** Which clusters a site's own jobs may be on, where Slurm has several. */
import { isClusterName } from '../../shared/model/site-id.ts'
import { shellWord } from '../ssh/script.ts'
import { patiently } from './silence.ts'

const listed = (names: string): string[] => names.split(',').filter(isClusterName)

/** Clusters that a job script names: `#SBATCH --clusters=north,south`, `--cluster`, `-M`. */
export function clustersOfTemplate(template: string): string[] {
  const options = template
    .split('\n')
    .filter((line) => line.startsWith('#SBATCH'))
    .flatMap((line) => [...line.matchAll(/\s(?:--clusters?(?:=|\s+)|-M\s*)["']?([\w.,-]+)/g)])
  return listed(options.at(-1)?.[1] ?? '')
}

/**
 * Lines that run `body` once for each of the clusters. There `$v_on` is the option that asks it, and `$v_of` what sbatch puts behind
 * the number of its jobs; for the programs' own cluster `own` and nothing. Without names those of SLURM_CLUSTERS count, by which all
 * of Slurm's programs go (squeue(1), sbatch(1)); `all` are those of the accounting.
 */
export function inEachCluster(
  clusters: readonly string[],
  { own, body }: { own: '--federation' | ''; body: readonly string[] },
): string[] {
  const bad = clusters.find((name) => !isClusterName(name))
  if (bad !== undefined) throw new Error(`"${bad}" cannot be a cluster`)
  return [
    'set -f',
    clusters.length > 0
      ? `v_clusters=${shellWord(clusters.join(' '))}`
      : 'v_clusters=$(printf %s "$SLURM_CLUSTERS" | tr , " ")',
    'case $v_clusters in',
    `  (all) v_clusters=$(${patiently} sacctmgr --noheader --parsable2 show cluster format=Cluster 2>/dev/null) ;;`,
    'esac',
    'unset SLURM_CLUSTERS',
    'for v_cluster in ${v_clusters:--}; do',
    '  case $v_cluster in',
    `    (-) v_on=${own} v_of= ;;`,
    '    (*[!A-Za-z0-9_.-]*) continue ;;',
    '    (*) v_on=--clusters=$v_cluster v_of=";$v_cluster" ;;',
    '  esac',
    ...body.map((line) => `  ${line}`),
    'done',
  ]
}
