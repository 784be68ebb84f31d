/** The portal's CAE services as far as a visualisation client meets them: health, and the job table that names nodes. */
import type { Slurm } from '../slurm/index.ts'
import { HtmlError } from './flask.ts'
import type { FlaskAnswer, FlaskRequest, Routes } from './flask.ts'
import type { HeldFaults } from './sign-in.ts'

/** The debugger answers before the service does, whatever the path, where a request asks for one of its own files. */
export const debuggerFile = ({ query }: FlaskRequest): FlaskAnswer | null =>
  query.get('__debugger__') === 'yes' && query.get('cmd') === 'resource' && query.get('f') === 'style.css'
    ? {
        status: 200,
        text: { type: 'text/css; charset=utf-8', body: 'div.debugger { text-align: left; }\n' },
      }
    : null

/** Routes of the service; nginx adds the prefix `/cae`. Answers are indented (debug mode). */
export function caeRoutes(slurm: Slurm, held: HeldFaults): Routes {
  const table = async (program: string, format: string): Promise<string> => {
    const listed = await slurm.run(program, ['-o', format])
    // The real service shows its debugger's page here.
    if (listed.code !== 0) throw new HtmlError(500)
    return listed.stdout.trim()
  }
  return {
    '/api/app/health': {
      GET: (request) =>
        (held.has('cae-debugger') ? debuggerFile(request) : null) ?? {
          status: 200,
          json: { status: 'healthy', service: 'app-framework', version: '1.0.0' },
        },
    },
    '/api/slurm/squeue': {
      GET: async () => ({ status: 200, json: { output: await table('squeue', '%i|%u|%j|%T|%C|%M|%N') } }),
    },
    '/api/slurm/sinfo': {
      GET: async () => ({
        status: 200,
        json: { output: await table('sinfo', '%P %A %l %D %C %m %G %T %N') },
      }),
    },
  }
}

/** The CAE automation service: its source was never published, so that only an answer at `/health` is certain. */
export const caeAutomationRoutes = (held: HeldFaults): Routes => ({
  '/health': {
    GET: () => {
      if (held.has('cae-automation-no-health')) throw new HtmlError(404)
      return { status: 200, json: { status: 'healthy', service: 'cae-automation' } }
    },
  },
})
