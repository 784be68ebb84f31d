/** Faults of the page: what it shows, its stores and its way to the app. */
import { inFile, late, type Fault } from './fault.ts'

const panels = ['test/page/panels-age.test.ts']
const states = ['test/page/states.test.ts']
const views = ['test/page/views.test.ts']
const transport = ['test/unit/page/api/transports.test.ts']

export const pageFaults: Fault[] = [
  ...inFile(
    'src-renderer/api/client.ts',
    ['test/unit/page/api/client.test.ts'],
    [
      {
        id: 'page-malformed-silent',
        find: 'else reportMalformed(name, checked.error.message)',
        replace: '',
        kind: 'error swallowed',
        harm: 'The page shows an old state, and the user does not see why.',
      },
    ],
  ),
  ...inFile('src-renderer/features/status/block.tsx', panels, [
    late('panel-stale', 'export const staleAfterMs = 60_000', 'Figures an hour old look fresh.'),
    {
      id: 'panel-stale-problem',
      find: 'at === null || problem !== null || now - at > afterMs',
      replace: 'at === null || now - at > afterMs',
      kind: 'check removed',
      harm: 'Figures of a source that is down look fresh.',
    },
  ]),
  ...inFile('src-renderer/features/status/gpu-block.tsx', panels, [
    late(
      'panel-gpu-stale',
      'const gpuStaleMs = 15_000',
      'Figures of a graphics card half an hour old look fresh.',
    ),
    late('panel-history-stale', 'afterMs={180_000', 'A history that ends hours ago looks fresh.'),
  ]),
  ...inFile('src-renderer/features/status/services-block.tsx', panels, [
    late('panel-routes-stale', 'afterMs={180_000', 'Routes of hours ago look fresh.'),
  ]),
  ...inFile('src-renderer/features/status/status-panel.tsx', panels, [
    late('panel-link-stale', 'const staleAfterMs = 10_000', 'Figures of a dead link look fresh.'),
  ]),
  ...inFile('src-renderer/features/status/notifications-block.tsx', panels, [
    late('panel-messages-stale', 'const slowMs = 180_000', 'Messages hours old look fresh.'),
  ]),
  ...inFile('src-renderer/features/status/storage-block.tsx', panels, [
    late('panel-storage-stale', 'const slowMs = 10 * 60_000', 'Disks of yesterday look fresh.'),
  ]),
  ...inFile(
    'src-renderer/features/status/store.ts',
    ['test/unit/page/stores.test.ts', ...states],
    [
      {
        id: 'panel-watch-ended',
        find: 'if (watchers.get(siteId) === 0) ask(false)',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'A panel that was closed keeps asking the site.',
      },
    ],
  ),
  ...inFile('src-renderer/features/status/time-left.tsx', states, [
    late('panel-ends-soon', 'const soonMs = 10 * 60_000', 'A session of eight hours is said to end soon.'),
  ]),
  ...inFile(
    'src-renderer/features/images/choices.ts',
    ['test/unit/page/features/images/choices.test.ts'],
    [
      {
        id: 'page-image-available',
        find: 'find(list, chosen)?.available ? chosen : null',
        replace: 'find(list, chosen) ? chosen : null',
        kind: 'check removed',
        harm: 'A remembered image that is not there makes every Connect fail.',
      },
      {
        id: 'page-image-managed',
        find: 'if (mine && key in mine && !isManaged(state, key))',
        replace: 'if (mine && key in mine)',
        kind: 'check removed',
        harm: 'The page shows another image than the administrator has set.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/images/image-radios.tsx',
    ['test/page/images.test.ts'],
    [
      {
        id: 'page-image-disabled',
        find: 'disabled={!image.available}',
        replace: 'disabled={false}',
        kind: 'check removed',
        harm: 'An image can be chosen that is not installed.',
      },
    ],
  ),
  ...inFile('src-renderer/features/connect/connect-card.tsx', states, [
    {
      id: 'connect-name-needed',
      find: "if (user === '' && nameNeeded) return\n",
      replace: '',
      kind: 'check removed',
      harm: 'A connection without a name fails at the portal.',
    },
  ]),
  ...inFile(
    'src-renderer/features/connect/store.ts',
    ['test/unit/page/stores.test.ts'],
    [
      {
        id: 'connect-other-site',
        find: 'sites.find((site) => site.id === form.siteId) ?? sites[0] ?? null',
        replace: 'sites[0] ?? null',
        kind: 'condition turned',
        harm: 'The user connects to another site than he chose.',
      },
    ],
  ),
  ...inFile('src-renderer/features/errors/evidence.tsx', states, [
    {
      id: 'evidence-copied',
      find: "      setCopy('refused')\n",
      replace: "      setCopy('done')\n",
      kind: 'error swallowed',
      harm: 'The user sends an empty message to his support.',
    },
  ]),
  ...inFile(
    'src-renderer/features/errors/report.ts',
    ['test/unit/page/features/errors/failure-card.test.ts'],
    [
      {
        id: 'evidence-whole',
        find: 'nextStep, ...evidence]',
        replace: 'nextStep]',
        kind: 'condition turned',
        harm: 'What the support needs is neither copied nor saved.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/questions/store.ts',
    ['test/unit/page/stores.test.ts'],
    [
      {
        id: 'question-answered-twice',
        find: 'if (store.getState().answered.has(questionId)) return',
        replace: '',
        kind: 'check removed',
        harm: 'A double click answers the next question too.',
      },
      {
        id: 'question-answer-lost',
        find: '      report(error)\n',
        replace: '',
        kind: 'error swallowed',
        harm: 'An answer that got lost is not reported.',
      },
    ],
  ),
  ...inFile('src-renderer/features/questions/question-form.tsx', states, [
    {
      id: 'question-trust-focus',
      find: 'focus="refuse"',
      replace: 'focus="accept"',
      kind: 'condition turned',
      security: true,
      harm: 'Return accepts an unknown host key.',
    },
  ]),
  ...inFile('src-renderer/features/questions/question-dialog.tsx', states, [
    {
      id: 'question-password-shown',
      find: "type={prompt.echo ? 'text' : 'password'}",
      replace: 'type="text"',
      kind: 'condition turned',
      security: true,
      harm: 'A password is shown on the screen.',
    },
  ]),
  ...inFile(
    'src-renderer/features/sessions/store.ts',
    ['test/unit/page/stores.test.ts'],
    [
      {
        id: 'sessions-end-failed',
        find: `      } catch (error) {
        put(siteId, { list: store.getState().bySite[siteId]?.list ?? [], failure: toFailure(error) })
      } finally {`,
        replace: '      } catch {\n        await refresh(siteId, user)\n      } finally {',
        kind: 'error swallowed',
        harm: 'A session that could not be ended is not reported.',
      },
      {
        id: 'sessions-ending-mark',
        find: '        markEnding(sessionId, false)\n',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'A session that could not be ended cannot be ended again.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/site-check/store.ts',
    ['test/unit/page/stores.test.ts'],
    [
      {
        id: 'site-check-report-kept',
        find: 'const report = store.getState().bySite[siteId]?.report ?? null',
        replace: 'const report = null',
        kind: 'condition turned',
        harm: 'A failed check takes the last report away.',
      },
      {
        id: 'site-check-watch-ended',
        find: 'return () => stops.forEach((stop) => stop())',
        replace: 'return () => undefined',
        kind: 'clean-up dropped',
        harm: 'Each opening of the site check makes the page slower.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/stream/store.ts',
    ['test/unit/page/stores.test.ts'],
    [
      {
        id: 'stream-started-again',
        find: 'return { stopped: rest }',
        replace: 'return { stopped }',
        kind: 'clean-up dropped',
        harm: 'A picture that came back stays behind “stopped”.',
      },
      {
        id: 'stream-facts-age',
        find: '[desktopId]: { facts, at: now() }',
        replace: '[desktopId]: { facts, at: 0 }',
        kind: 'wrong constant',
        harm: 'All figures of the picture look old.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/views/tab-keys.ts',
    ['test/unit/page/picture.test.ts', ...views],
    [
      {
        id: 'tabs-keys-of-desktop',
        find: 'if (remote && !altKey) return 0',
        replace: '',
        kind: 'check removed',
        harm: 'Keys of the desktop’s programs change the view.',
      },
      {
        id: 'tabs-round',
        find: '(at + step + ids.length) % ids.length',
        replace: 'at + step',
        kind: 'bound moved',
        harm: 'After the last view nothing happens.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/vnc/use-rfb.ts',
    ['test/page/vnc-login.test.ts'],
    [
      {
        id: 'vnc-asked-alone',
        find: 'epoch === 0 || question.current !== null',
        replace: 'epoch === 0',
        kind: 'check removed',
        harm: 'A connection waits at the server while the user types, and is closed before the answer.',
      },
      {
        id: 'vnc-answer-held',
        find: 'answer.current = { name, password }',
        replace: '',
        kind: 'error swallowed',
        harm: 'A password that was just given is asked for once more.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/vnc/rfb-view.ts',
    ['test/e2e/vnc.test.ts'],
    [
      {
        id: 'vnc-modifiers-released',
        find: "container.addEventListener('focusout', letGo)",
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Control stays pressed in the desktop after the user looked elsewhere.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/features/vnc/port-channel.ts',
    ['test/unit/page/picture.test.ts'],
    [
      {
        id: 'vnc-port-other-data',
        find: 'if (!(data instanceof Uint8Array)) return this.close()',
        replace: '',
        kind: 'check removed',
        harm: 'Nonsense on the port ends the whole page’s VNC.',
      },
      {
        id: 'vnc-port-credit',
        find: '      port.postMessage(data.byteLength)\n',
        replace: '',
        kind: 'check removed',
        harm: 'A VNC picture stops after four megabytes.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/ui/format.ts',
    ['test/unit/page/ui/format.test.ts'],
    [
      {
        id: 'format-time-left',
        find: 'if (seconds < 300) return',
        replace: 'if (seconds < 3) return',
        kind: 'bound moved',
        harm: 'In the last minutes the user does not see how long he has.',
      },
      {
        id: 'format-age',
        find: "if (seconds < 5) return t('figures.justNow')",
        replace: "if (seconds < 500) return t('figures.justNow')",
        kind: 'wrong constant',
        harm: 'Figures minutes old are “just now”.',
      },
    ],
  ),
  ...inFile('src-renderer/api/web-socket-transport.ts', transport, [
    late(
      'page-call',
      'const callDeadlineMs = 120_000',
      'A call that got lost keeps a button busy for hours.',
    ),
    late('page-gives-up', 'const giveUpAfterMs = 60_000', 'The page does not show that Vizlink has ended.'),
    {
      id: 'page-back-off',
      find: 'retryDelaysMs[Math.min(attempt++, retryDelaysMs.length - 1)]',
      replace: 'retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)]',
      kind: 'condition turned',
      harm: 'A page whose app has ended keeps the computer busy.',
    },
    {
      id: 'page-refused',
      find: 'if (event.code === 1008 || performance.now()',
      replace: 'if (performance.now()',
      kind: 'check removed',
      harm: 'A page that was refused knocks again and again.',
    },
    {
      id: 'page-calls-lost',
      find: 'for (const id of [...waiting.keys()]) settle(id)?.reject(appGone())',
      replace: '',
      kind: 'error swallowed',
      harm: 'After a broken connection buttons stay busy.',
    },
  ]),
  ...inFile(
    'src-renderer/api/electron-transport.ts',
    ['test/unit/page/api/transports.test.ts'],
    [
      late(
        'page-port',
        'const portDeadlineMs = 10_000',
        'A picture’s port that got lost is waited for for a quarter of an hour.',
      ),
      {
        id: 'page-port-source',
        find: 'if (event.source !== window || event.origin !== location.origin || !port) return',
        replace: 'if (!port) return',
        kind: 'check removed',
        security: true,
        harm: 'A foreign frame gives the page a port of its own.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/app-store.ts',
    ['test/unit/page/stores.test.ts'],
    [
      {
        id: 'end-and-new-two',
        find: 'if (session && leavesSession(failure))',
        replace: 'if (session && !leavesSession(failure))',
        kind: 'condition turned',
        harm: 'A new session starts beside the one that still runs.',
        tests: ['test/unit/page/app-store.test.ts'],
      },
      {
        id: 'app-other-version',
        find: 'if (info.contractVersion !== contractVersion) {',
        replace: 'if (info.contractVersion === 0) {',
        kind: 'check removed',
        harm: 'A page of another version shows nonsense.',
      },
      {
        id: 'app-call-failed',
        find: `      await client.call(\`desktop.\${what}\`, { desktopId: currentId })
    } catch (error) {
      store.setState({ callFailure: toFailure(error) })`,
        replace: `      await client.call(\`desktop.\${what}\`, { desktopId: currentId })
    } catch (error) {
      void error`,
        kind: 'error swallowed',
        harm: 'A button that did nothing does not say so.',
      },
      {
        id: 'app-ended-view',
        find: 'if (left && left.snapshot.desktopId !== desktopId && isEnded(left.snapshot))',
        replace: 'if (left && left.snapshot.desktopId === desktopId && isEnded(left.snapshot))',
        kind: 'condition turned',
        harm: 'Desktops that ended stay as dead tabs.',
        tests: ['test/unit/page/app-store.test.ts'],
      },
    ],
  ),
]
