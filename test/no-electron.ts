throw new Error('electron must not be imported outside Electron')
export {}
