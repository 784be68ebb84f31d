/** What the window's contents may do: a permission table (default deny), no navigation, no new windows, no webviews. */
import type { App, CommandLine, Session, WebContents, WebFrameMain } from 'electron'
import type { Logger } from '../../ports/platform.ts'
import { fail, type VizlinkError } from '../../shared/errors.ts'

export const pageScheme = 'app'
export const pageOrigin = 'app://client'

/** Electron grants everything that no handler refuses; what is not in this table is refused. */
const permissions: Readonly<Record<string, boolean>> = {
  fullscreen: true,
  // Relative pointer for programs that turn a scene by dragging without end.
  pointerLock: true,
  // Alt+Tab and the like for the remote desktop, in full screen only.
  keyboardLock: true,
  'clipboard-sanitized-write': true,
}

const isAllowed = (permission: string): boolean =>
  Object.hasOwn(permissions, permission) && permissions[permission] === true

const isPage = (url: string): boolean => url === pageOrigin || url.startsWith(`${pageOrigin}/`)

/**
 * Whether an option switches Chromium's sandbox off. To be asked before Electron's is switched on: Electron forgets the option
 * then, and some of its processes have no sandbox.
 */
export const sandboxIsOff = (
  commandLine: Pick<CommandLine, 'hasSwitch'>,
  environment: NodeJS.ProcessEnv,
): boolean => commandLine.hasSwitch('no-sandbox') || environment.ELECTRON_DISABLE_SANDBOX !== undefined

/** A start that has the sandbox switched off. What starts an AppImage does so unasked where users may not make a namespace. */
export const noSandbox = (): VizlinkError => fail('internal', 'no-sandbox', { retryable: false })

/** Sets both permission handlers: the request for what asks, the check for what only looks. */
export function limitPermissions(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >,
  logger: Logger,
): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const granted = isAllowed(permission) && isPage(details.requestingUrl)
    if (!granted) logger.log('warn', 'permission.refused', { permission })
    answer(granted)
  })
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => isAllowed(permission) && isPage(requestingOrigin),
  )
  session.setDevicePermissionHandler(() => false)
}

/** Applies to every web contents of the app, from its creation. */
export function limitContents(app: Pick<App, 'on'>, logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => limitNavigation(contents, logger))
}

function limitNavigation(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>, logger: Logger): void {
  const refuse = (event: { preventDefault(): void; url: string }): void => {
    if (isPage(event.url)) return
    event.preventDefault()
    logger.log('warn', 'navigation.refused', {})
  }
  contents.on('will-navigate', refuse)
  contents.on('will-frame-navigate', refuse)
  contents.on('will-redirect', refuse)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Whether a message comes from our page: a known window, its main frame, our origin exactly. */
export function isTrustedSender(
  event: { sender: Pick<WebContents, 'id'>; senderFrame: Pick<WebFrameMain, 'parent' | 'origin'> | null },
  windows: { has(id: number): boolean },
): boolean {
  const frame = event.senderFrame
  return (
    frame !== null && frame.parent === null && frame.origin === pageOrigin && windows.has(event.sender.id)
  )
}
