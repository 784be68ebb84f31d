/** What is said over the picture of a line that carries less than the user wants. */
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { formatCount, formatRate } from '../../ui/format.ts'
import { t } from '../../ui/texts.ts'

/** @returns null: nothing is wrong with the line */
export function lineText({ pace, stream }: Pick<DesktopSnapshot, 'pace' | 'stream'>): string | null {
  if (pace && pace.changingSince !== null) return t('stream.line.changing')
  if (pace?.why !== 'line') return pace?.weak || stream?.weak ? t('stream.weak') : null
  const { lineKbps, isSmaller } = pace
  const sent = { rate: formatRate(pace.bitrateKbps), fps: formatCount(pace.fps) }
  if (lineKbps === null) return t('stream.line.slowSince', sent)
  const line = formatRate(lineKbps)
  return isSmaller
    ? t('stream.line.slowSmaller', { line, ...sent })
    : t('stream.line.slow', { line, ...sent })
}
