/** All faults that `npm run mutate` plants. They are chosen by what a user would suffer. */
import { connectionFaults } from './desktop.ts'
import { cliFaults } from './cli.ts'
import { domainFaults } from './domain.ts'
import { gamestreamFaults } from './gamestream.ts'
import { linkFaults } from './link.ts'
import { nativeFaults } from './native.ts'
import { pageFaults } from './page.ts'
import { panelFaults } from './panels.ts'
import { pictureFaults } from './picture.ts'
import { portalFaults } from './portal.ts'
import { recordFaults } from './records.ts'
import { serviceFaults } from './services.ts'
import { settingsFaults } from './settings.ts'
import { shellFaults } from './shells.ts'
import { slurmFaults } from './slurm.ts'
import { textFaults } from './texts.ts'
import type { Fault } from './fault.ts'

export const faults: readonly Fault[] = [
  ...connectionFaults,
  ...cliFaults,
  ...domainFaults,
  ...gamestreamFaults,
  ...linkFaults,
  ...nativeFaults,
  ...pageFaults,
  ...panelFaults,
  ...pictureFaults,
  ...portalFaults,
  ...recordFaults,
  ...serviceFaults,
  ...settingsFaults,
  ...shellFaults,
  ...slurmFaults,
  ...textFaults,
]
