/** The demo site as a stranger: a program, because its machines are in namespaces of their own. */
import { startSiteProcess, type SiteProcess } from '../../scripts/demo/site-process.ts'
import type { FaultName } from '../site/faults.ts'
import { strangerImpossible } from '../site/stranger/outside.ts'

const impossible = strangerImpossible()
/** Name of what is tested on one; where there can be none it has the reason. */
export const onStranger = impossible === null ? 'on a stranger' : `on a stranger (${impossible})`
export const noStranger = impossible !== null

export const startStranger = (...more: FaultName[]): Promise<SiteProcess> =>
  startSiteProcess(['--plain', '--strip', ...['stranger', ...more].flatMap((name) => ['--fault', name])])
