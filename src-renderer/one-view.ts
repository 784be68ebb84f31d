/** Of the views of connections and of VNC desktops one is shown, although each kind has a store of its own. */
import type { createAppStore } from './app-store.ts'
import { shownDesktop, type VncStore } from './features/vnc/store.ts'

/** While a desktop's view is shown no connection's is: each store takes up what is open by itself when the page is loaded again. */
export function showOneView(app: ReturnType<typeof createAppStore>, vnc: VncStore): void {
  const look = (): void => {
    if (shownDesktop(vnc.getState()) && app.getState().currentId !== null) app.show(null)
  }
  app.subscribe(look)
  vnc.subscribe(look)
}
