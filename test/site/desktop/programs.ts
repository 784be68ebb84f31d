/** What runs on the demo's desktop: enough of an engineer's workstation to look at and to type into, cheap on the CPU. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `full` shows programs to work with; `plain` only a window manager and a terminal. */
export type DesktopContent = 'full' | 'plain'

/** Name of the program that manages the windows of the others. */
export const windowManager = 'openbox'

export interface DesktopProgram {
  name: string
  program: string
  args: string[]
}

/** @param carrier protocol of the picture */
const welcome = (carrier: string): string => `
  Vizlink demo site
  -----------------
  This desktop runs on a virtual X server in a real Slurm job.
  ${carrier} carries the picture, SSH carries ${carrier}.

  Type here, move the windows, right-click the background.

`

/** A surface that turns slowly: about three redraws a second keep the picture alive at little cost. */
const surface = (width: number, height: number, x: number, y: number): string => `
set terminal x11 size ${width},${height} position ${x},${y} noraise title "Pressure field - gnuplot"
set hidden3d
set isosamples 36,36
set palette defined (0 "#0b3d91", 0.5 "#2ec4b6", 1 "#ff9f1c")
set pm3d at s depthorder border lc "#30303030" lw 0.2
unset colorbox
unset mouse
set xtics 4
set ytics 4
set ztics 0.5
set zrange [-0.4:1.1]
set xyplane 0
set title "Pressure field, step 1840" font "DejaVu Sans,12"
angle = 20.0
while (1) {
  angle = angle + 1.5
  set view 58, (angle - 360.0 * floor(angle / 360.0))
  splot [-8:8][-8:8] sin(sqrt(x*x+y*y) + 0.001) / (sqrt(x*x+y*y) + 0.001) notitle with pm3d
  pause 0.35
}
`

const openboxMenu = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_menu xmlns="http://openbox.org/3.4/menu"><menu id="root-menu" label="Demo desktop">
<item label="Terminal"><action name="Execute"><command>xterm -fa "DejaVu Sans Mono" -fs 11</command></action></item>
</menu></openbox_menu>
`

/**
 * The window manager's usual configuration but with the demo's menu, and a plot that never takes the keyboard from
 * the terminal: a test that sees the desktop types at once, whichever of the two windows came last.
 */
const openboxConfiguration = (menu: string): string =>
  readFileSync('/etc/xdg/openbox/rc.xml', 'utf8')
    .replace(/<menu>\s(.|\n)*?\n<\/menu>/, `<menu>\n  <file>${menu}</file>\n</menu>`)
    .replace('</applications>', '<application class="Gnuplot"><focus>no</focus></application></applications>')

/** Backgrounds come first: tint2 knows only those above the line that names one. 1 is the panel, 2 a window, 3 the active one. */
const tint2Configuration = `rounded = 0
border_width = 0
background_color = #14213d 100
border_color = #14213d 0
rounded = 4
border_width = 0
background_color = #22345c 100
border_color = #22345c 0
rounded = 4
border_width = 0
background_color = #3a5a9b 100
border_color = #3a5a9b 0
panel_items = TC
panel_size = 100% 34
panel_padding = 12 0 12
panel_position = bottom center horizontal
panel_background_id = 1
taskbar_mode = single_desktop
task_text = 1
task_icon = 0
task_maximum_size = 220 28
task_padding = 12 2
task_background_id = 2
task_active_background_id = 3
task_font = DejaVu Sans 10
task_font_color = #ffffff 100
taskbar_padding = 0 3 8
time1_format = %H:%M:%S
time1_font = DejaVu Sans 10
clock_font_color = #ffffff 100
clock_padding = 8 0
`

/** Programs in the order in which they start; their files are written into the desktop's folder. */
export function programsOf(options: {
  width: number
  height: number
  directory: string
  content: DesktopContent
  vnc?: object
}): DesktopProgram[] {
  const file = (name: string, text: string): string => {
    const path = join(options.directory, name)
    writeFileSync(path, text)
    return path
  }
  const { width, height } = options
  const terminal = [
    '-fa',
    'DejaVu Sans Mono',
    '-fs',
    '11',
    '-bg',
    '#101820',
    '-fg',
    '#e8e8e8',
    '-cr',
    '#2ec4b6',
    '-b',
    '8',
  ]
  const text = file('welcome.txt', welcome(options.vnc ? 'VNC' : 'GameStream'))
  // The user's files are none of the demo's business: its shells have a home folder of their own.
  const home = join(options.directory, 'home')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const shell = `cat "${text}"; export HOME="${home}" PS1='$USER@\${SLURMD_NODENAME:-node}:~\${PWD#"$HOME"}$ '; cd; exec sh`
  const configuration = file('rc.xml', openboxConfiguration(file('menu.xml', openboxMenu)))
  const openbox = {
    name: windowManager,
    program: 'openbox',
    args: ['--sm-disable', '--config-file', configuration],
  }
  if (options.content === 'plain') {
    return [
      openbox,
      {
        name: 'xterm',
        program: 'xterm',
        args: [...terminal, '-geometry', '80x24+60+60', '-e', 'sh', '-c', shell],
      },
    ]
  }
  const plotWidth = Math.round(width * 0.44)
  const plotHeight = Math.round(height * 0.62)
  const plot = file(
    'home/pressure-field.gp',
    surface(plotWidth, plotHeight, Math.round(width * 0.53), Math.round(height * 0.08)),
  )
  return [
    {
      name: 'background',
      program: 'hsetroot',
      args: ['-add', '#14213d', '-add', '#2b4a7f', '-gradient', '160'],
    },
    openbox,
    { name: 'tint2', program: 'tint2', args: ['-c', file('tint2rc', tint2Configuration)] },
    {
      name: 'xterm',
      program: 'xterm',
      args: [
        ...terminal,
        '-T',
        'Terminal',
        '-geometry',
        `66x22+24+${Math.round(height * 0.16)}`,
        '-e',
        'sh',
        '-c',
        shell,
      ],
    },
    { name: 'gnuplot', program: 'gnuplot', args: [plot] },
  ]
}
