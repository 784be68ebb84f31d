/** Bundles of the product: main process with its children and the command line, preload, page. */
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { externalPackages } from './scripts/external-packages.ts'

/** Other people's code goes into the bundles, and their licences beside them. */
const license = { fileName: 'licenses.md' }

const at = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // One file is read sooner than hundreds, and a package needs no node_modules.
      externalizeDeps: false,
      minify: true,
      license,
      rolldownOptions: {
        input: {
          index: at('src-main/index.ts'),
          'link-process': at('src-main/link-process/index.ts'),
          'stream-process': at('src-main/stream-process/index.ts'),
          cli: at('src-main/cli.ts'),
        },
        external: externalPackages,
        // Shared code lies beside the entries: both look for files relative to their own folder.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload script is one CommonJS file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-main/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      license,
      // Files that are inlined as data: URLs would be refused by the page's CSP.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { index: at('src-renderer/index.html'), stopped: at('src-renderer/stopped.html') },
      },
    },
    worker: { format: 'es' },
  },
})
