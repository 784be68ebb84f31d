/** GPU figures by NVIDIA's own program on the node: the command, and what its lines mean. Nothing is installed for it. */
import type { Gpu } from '../../shared/model/status.ts'
import type { HostCommand } from '../ssh/script.ts'

const fields = [
  'index',
  'name',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'encoder.stats.sessionCount',
]
const ask = (names: string[]): string =>
  `nvidia-smi --query-gpu=${names.join(',')} --format=csv,noheader,nounits 2>/dev/null`

/** Exit status where the node has no such program. */
export const noProgram = 127
export const gpuOutputBytes = 16 * 1024

/** Older drivers do not know the encoder's utilisation and refuse the whole question: it is asked again without. */
export const gpuCommand: HostCommand = {
  script: `command -v nvidia-smi >/dev/null 2>&1 || exit ${noProgram}
${ask([...fields, 'utilization.encoder'])} || ${ask(fields)}`,
  wants: ['nvidia-smi'],
}

const mostGpus = 16

/** A figure as it prints them: digits; `[N/A]`, `[Not Supported]` and all else count as none. */
function figureOf(text: string | undefined, most: number): number | null {
  if (text === undefined || !/^\d{1,9}(\.\d{1,4})?$/.test(text)) return null
  const value = Number(text)
  return value <= most ? value : null
}

/** Reads the program's lines; one that does not look like a GPU's is left out. */
export function parseGpus(output: string): Gpu[] {
  const gpus: Gpu[] = []
  for (const line of output.slice(0, gpuOutputBytes).split('\n')) {
    const cells = line.split(',').map((cell) => cell.trim())
    const index = figureOf(cells[0], 1000)
    const name = cells[1]
    if (cells.length < fields.length || cells.length > fields.length + 1 || index === null) continue
    if (!name || !/^[\w .()[\]/+-]{1,100}$/.test(name)) continue
    gpus.push({
      index,
      name,
      utilisation: figureOf(cells[2], 100),
      memoryUsedMb: figureOf(cells[3], 1e8),
      memoryTotalMb: figureOf(cells[4], 1e8),
      temperature: figureOf(cells[5], 200),
      encoderSessions: figureOf(cells[6], 10_000),
      encoder: figureOf(cells[7], 100),
    })
    if (gpus.length === mostGpus) break
  }
  return gpus
}
