/**
 * Bundles the product's sources, unchanged, for Electron 22: CommonJS for its Node.js 16, the page for its Chromium 108. What
 * that version lacks stands in the polyfills beside this file; one package (undici) is an older one.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { build as bundle, type BuildOptions } from 'esbuild'
import { build as bundlePage, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..', '..')
const polyfills = (name: string): string => join(import.meta.dirname, `polyfills-${name}.js`)

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
  legalComments: 'none',
  external: ['electron', '*.node', 'cpu-features'],
  alias: { undici: 'undici-5' },
}

/**
 * Bundles a program for Electron's Node.js.
 * @param entry from the project's root
 * @param before which polyfills come first
 */
export const bundleProgram = (
  entry: string,
  outfile: string,
  before: 'node' | 'electron' = 'node',
): Promise<unknown> =>
  bundle({
    ...common,
    target: 'node16.17',
    define: {
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      'import.meta.url': '__here',
    },
    banner: { js: "const __here = require('node:url').pathToFileURL(__filename).href;" },
    stdin: {
      contents: `import ${JSON.stringify(polyfills(before))}\nimport ${JSON.stringify(join(root, entry))}`,
      resolveDir: root,
      loader: 'js',
    },
    outfile,
  })

/** Loads the page's polyfills before its own code, in the page and in its worker. */
const pagePolyfills: Plugin = {
  name: 'page-polyfills',
  enforce: 'pre',
  transform: (code, id) =>
    /src-renderer\/(main\.tsx|stream\/decode-worker\.ts)(\?|$)/.test(id)
      ? { code: `import ${JSON.stringify(polyfills('page'))};\n${code}`, map: null }
      : undefined,
}

/**
 * Makes the folder of an app for Electron 22: bundles, addon and resources, as the product's package has them.
 * @param out replaced
 */
export async function bundleForElectron22(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await Promise.all([
    bundleProgram('src-main/index.ts', join(out, 'out', 'main', 'index.js'), 'electron'),
    ...['link-process', 'stream-process'].map((name) =>
      bundleProgram(`src-main/${name}/index.ts`, join(out, 'out', 'main', `${name}.js`)),
    ),
    bundle({
      ...common,
      target: 'chrome108',
      entryPoints: [join(root, 'src-main/preload/index.ts')],
      outfile: join(out, 'out', 'preload', 'index.cjs'),
    }),
  ])
  const page = join(root, 'src-renderer')
  await bundlePage({
    root: page,
    configFile: false,
    logLevel: 'warn',
    plugins: [pagePolyfills, react()],
    build: {
      target: 'chrome108',
      cssTarget: 'chrome108',
      outDir: join(out, 'out', 'renderer'),
      emptyOutDir: true,
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: [join(page, 'index.html'), join(page, 'stopped.html')] },
    },
    worker: { format: 'es', plugins: () => [pagePolyfills] },
  })
  const { name, productName, version, description, license, author, homepage, desktopName } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, string>
  const about = { name, productName, version, description, license, author, homepage, desktopName }
  writeFileSync(join(out, 'package.json'), JSON.stringify({ ...about, main: 'out/main/index.js' }, null, 2))
  for (const part of ['native/build/addon/vizlink_native.node', 'resources'])
    cpSync(join(root, part), join(out, part), { recursive: true })
}
