/** What a key frame says about its stream, and the key frame as the decoder should get it. */
import { leadingNalUnits, nalType } from './nal.ts'
import { parseSps, withoutReordering, type SequenceParameterSet } from './sps.ts'

export interface PreparedKeyFrame {
  /** The same bytes, or a copy whose parameter set states that nothing is reordered. */
  data: Uint8Array
  /** Null where the frame carries no readable parameter set. */
  parameters: SequenceParameterSet | null
}

/** @param data one Annex B access unit */
export function prepareKeyFrame(data: Uint8Array): PreparedKeyFrame {
  const unit = leadingNalUnits(data).find((candidate) => candidate.type === nalType.sps)
  if (!unit) return { data, parameters: null }
  const before = data.subarray(unit.start, unit.end)
  const parameters = parseSps(before)
  const after = withoutReordering(before)
  if (after === before) return { data, parameters }
  const result = new Uint8Array(data.length - before.length + after.length)
  result.set(data.subarray(0, unit.start))
  result.set(after, unit.start)
  result.set(data.subarray(unit.end), unit.start + after.length)
  return { data: result, parameters }
}
