/**
 * Sequence parameter sets (ITU-T H.264 clauses 7.3.2.1.1 and E.1.1). A stream that does not say that it has no
 * reordering makes hardware decoders hold pictures back up to their level's limit: such a set is rewritten.
 */
import { BitReader, BitWriter } from './bits.ts'
import { addEmulationPrevention, removeEmulationPrevention } from './nal.ts'

export interface SequenceParameterSet {
  profile: number
  /** constraint_set flags, the byte between profile and level. */
  constraints: number
  /** level_idc, ten times the level's number. */
  level: number
  /** Visible size in pixels. */
  width: number
  height: number
  referenceFrames: number
  /** From bitstream_restriction; null where the set has none. */
  reorderFrames: number | null
  decodeBuffering: number | null
}

interface Parsed extends SequenceParameterSet {
  /** Bits before vui_parameters_present_flag. */
  vuiFlagAt: number
  /** Bits before bitstream_restriction_flag; null where there is no VUI. */
  restrictionFlagAt: number | null
}

const profilesWithChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])
const maximumMacroblocks = 2 ** 16
const extendedAspectRatio = 255

function skipScalingList(reader: BitReader, size: number): void {
  let last = 8
  let next = 8
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + reader.signed() + 256) % 256
    if (next !== 0) last = next
  }
}

function skipHrd(reader: BitReader): void {
  const count = reader.unsigned() + 1
  if (count > 32) throw new RangeError('cpb_cnt_minus1 is out of range')
  reader.bits(8)
  for (let index = 0; index < count; index++) {
    reader.unsigned()
    reader.unsigned()
    reader.bit()
  }
  reader.bits(20)
}

/** Reads up to bitstream_restriction_flag; the reader is before it afterwards. */
function skipVuiBeforeRestriction(reader: BitReader): void {
  if (reader.flag() && reader.bits(8) === extendedAspectRatio) reader.bits(32)
  if (reader.flag()) reader.bit()
  if (reader.flag()) {
    reader.bits(4)
    if (reader.flag()) reader.bits(24)
  }
  if (reader.flag()) {
    reader.unsigned()
    reader.unsigned()
  }
  if (reader.flag()) {
    reader.bits(32)
    reader.bits(32)
    reader.bit()
  }
  const nal = reader.flag()
  if (nal) skipHrd(reader)
  const vcl = reader.flag()
  if (vcl) skipHrd(reader)
  if (nal || vcl) reader.bit()
  reader.bit()
}

function parse(payload: Uint8Array): Parsed {
  const reader = new BitReader(payload)
  const profile = reader.bits(8)
  const constraints = reader.bits(8)
  const level = reader.bits(8)
  reader.unsigned()
  let chromaFormat = 1
  let separatePlanes = false
  if (profilesWithChroma.has(profile)) {
    chromaFormat = reader.unsigned()
    if (chromaFormat > 3) throw new RangeError('chroma_format_idc is out of range')
    if (chromaFormat === 3) separatePlanes = reader.flag()
    reader.unsigned()
    reader.unsigned()
    reader.bit()
    if (reader.flag()) {
      const lists = chromaFormat === 3 ? 12 : 8
      for (let index = 0; index < lists; index++)
        if (reader.flag()) skipScalingList(reader, index < 6 ? 16 : 64)
    }
  }
  reader.unsigned()
  const orderType = reader.unsigned()
  if (orderType === 0) reader.unsigned()
  else if (orderType === 1) {
    reader.bit()
    reader.signed()
    reader.signed()
    const cycle = reader.unsigned()
    if (cycle > 255) throw new RangeError('the picture order cycle is too long')
    for (let index = 0; index < cycle; index++) reader.signed()
  }
  const referenceFrames = reader.unsigned()
  reader.bit()
  const columns = reader.unsigned() + 1
  const mapRows = reader.unsigned() + 1
  const framesOnly = reader.flag()
  const rows = mapRows * (framesOnly ? 1 : 2)
  if (columns * rows > maximumMacroblocks * 4) throw new RangeError('the picture is too large')
  if (!framesOnly) reader.bit()
  reader.bit()
  let width = columns * 16
  let height = rows * 16
  if (reader.flag()) {
    const planes = separatePlanes || chromaFormat === 0
    const unitX = !planes && (chromaFormat === 1 || chromaFormat === 2) ? 2 : 1
    const unitY = (!planes && chromaFormat === 1 ? 2 : 1) * (framesOnly ? 1 : 2)
    const left = reader.unsigned()
    const right = reader.unsigned()
    const top = reader.unsigned()
    const bottom = reader.unsigned()
    width -= (left + right) * unitX
    height -= (top + bottom) * unitY
    if (width <= 0 || height <= 0) throw new RangeError('the cropping leaves nothing')
  }
  const vuiFlagAt = reader.position
  const parsed: Parsed = {
    profile,
    constraints,
    level,
    width,
    height,
    referenceFrames,
    reorderFrames: null,
    decodeBuffering: null,
    vuiFlagAt,
    restrictionFlagAt: null,
  }
  if (!reader.flag()) return parsed
  skipVuiBeforeRestriction(reader)
  parsed.restrictionFlagAt = reader.position
  if (!reader.flag()) return parsed
  reader.bit()
  for (let index = 0; index < 4; index++) reader.unsigned()
  parsed.reorderFrames = reader.unsigned()
  parsed.decodeBuffering = reader.unsigned()
  return parsed
}

/**
 * Reads a sequence parameter set.
 * @param unit the NAL unit with its header byte, without start code
 * @returns null where it is malformed
 */
export function parseSps(unit: Uint8Array): SequenceParameterSet | null {
  try {
    const { vuiFlagAt: _vui, restrictionFlagAt: _restriction, ...facts } = parse(payloadOf(unit))
    return facts
  } catch {
    return null
  }
}

const payloadOf = (unit: Uint8Array): Uint8Array => removeEmulationPrevention(unit.subarray(1))

/**
 * States "no reordering" in a set that says nothing about it. A set that has a statement (even another one) stays as it
 * is: an encoder that reorders must be believed.
 * @param unit the NAL unit with its header byte, without start code
 * @returns the new unit, or `unit` itself where there is nothing to do
 */
export function withoutReordering(unit: Uint8Array): Uint8Array {
  try {
    const payload = payloadOf(unit)
    const parsed = parse(payload)
    if (parsed.reorderFrames !== null) return unit
    const reader = new BitReader(payload)
    const writer = new BitWriter()
    const copy = parsed.restrictionFlagAt ?? parsed.vuiFlagAt
    for (let index = 0; index < copy; index++) writer.bit(reader.bit())
    if (parsed.restrictionFlagAt === null) {
      // VUI present, and none of its eight parts before the restriction.
      writer.bit(1)
      writer.bits(0, 8)
    }
    writer.bit(1)
    writer.bit(1) // motion vectors may point outside the picture: the default
    writer.unsigned(0) // no limit on bytes of a picture
    writer.unsigned(0) // no limit on bits of a macroblock
    writer.unsigned(15)
    writer.unsigned(15)
    writer.unsigned(0) // max_num_reorder_frames
    writer.unsigned(parsed.referenceFrames) // max_dec_frame_buffering
    const body = addEmulationPrevention(writer.finish())
    const result = new Uint8Array(body.length + 1)
    result[0] = unit[0] ?? 0
    result.set(body, 1)
    return result
  } catch {
    return unit
  }
}
