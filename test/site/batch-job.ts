/** The job script of the site without a portal: the one that is handed to sites, with the demo's host in its site part. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const original = join(import.meta.dirname, '../../resources/job-template.sh')
const sitePart = /^# ---- site part: begin .*\n[\s\S]*?^# ---- site part: end ----\n/m

export async function demoJobTemplate(
  programs: { node: string; host: string },
  desktop: { width: number; height: number; fps: number; content: 'full' | 'plain'; strip: boolean },
): Promise<string> {
  const text = await readFile(original, 'utf8')
  if (!sitePart.test(text)) throw new Error('the job template has no site part')
  const fixed = JSON.stringify(desktop).slice(1, -1)
  const part = `programs=
start_desktop() { :; } # the demo's host brings its own
start_host() {
  mkdir -p "$folder/host"
  cat > "$folder/config.json" << END
{${fixed}, "basePort": $VIZLINK_BASE_PORT, "directory": "$folder/host", "readyFile": "$folder/host/ready.json",
 "logFile": "$folder/sunshine.log", "stateFile": "$folder/state.json",
 "certificateFile": "$folder/host.pem", "keyFile": "$folder/host.key"}
END
  exec '${programs.node}' '${programs.host}' "$folder/config.json"
}
`
  return text.replace(sitePart, () => part)
}
