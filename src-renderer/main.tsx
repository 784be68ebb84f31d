/** Entry of the page: one client, one tree. */
import './zod-settings.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient, createShellTransport } from './api/index.ts'
import { App } from './app.tsx'
import { startStreamView } from './stream/index.ts'
import './ui/tokens.css'
import './ui/base.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <App client={createClient(createShellTransport())} startStreamView={startStreamView} />
  </StrictMode>,
)
