/** Faults of the picture in the page and of the input that is taken there. */
import { inFile, late, type Fault } from './fault.ts'

const picture = ['test/e2e/stream-path.test.ts']
const queue = ['test/unit/page/stream/decode-queue.test.ts']
const sps = ['test/unit/page/stream/h264/sps.test.ts']

export const pictureFaults: Fault[] = [
  ...inFile(
    'src-renderer/stream/input-capture.ts',
    ['test/unit/page/stream/input-capture.test.ts'],
    [
      {
        id: 'input-window-blur',
        find: "window.addEventListener('blur', releaseAll, { signal })",
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Alt stays pressed in the desktop after Alt-Tab.',
      },
      {
        id: 'input-key-repeat',
        find: 'if (down ? event.repeat : !keys.has(id)) return',
        replace: 'if (!down && !keys.has(id)) return',
        kind: 'check removed',
        harm: 'A held key floods the desktop.',
      },
      {
        id: 'input-released-on-dispose',
        find: '      releaseAll()\n      cancelAnimationFrame(scheduled)',
        replace: '      cancelAnimationFrame(scheduled)',
        kind: 'clean-up dropped',
        harm: 'A key held while the view closes stays pressed in the desktop.',
      },
    ],
  ),
  ...inFile('src-renderer/stream/decode-queue.ts', queue, [
    late(
      'decoder-overload',
      'const overloadMs = 250',
      'A slow computer shows what happened half a minute ago.',
    ),
    late(
      'decoder-key-frame-again',
      'const keyFrameAgainMs = 1000',
      'After a lost key frame the picture freezes for minutes.',
    ),
    {
      id: 'decoder-errors-bound',
      find: 'const maximumErrors = 4',
      replace: 'const maximumErrors = 400',
      kind: 'bound moved',
      harm: 'A computer that cannot decode tries for ever.',
    },
    {
      id: 'decoder-hardware-again',
      find: 'if (now >= this.hardwareAgainAt) this.tryHardware()',
      replace: '',
      kind: 'condition turned',
      harm: 'After a reset of the graphics driver the picture is decoded in software for hours.',
    },
    {
      id: 'decoder-late-pictures',
      find: '        else picture.close()\n      },\n      error',
      replace: '      },\n      error',
      kind: 'clean-up dropped',
      harm: 'Pictures of an old decoder fill the graphics memory.',
    },
  ]),
  ...inFile(
    'src-renderer/stream/frame-port-client.ts',
    ['test/unit/page/stream/frame-port-client.test.ts'],
    [
      {
        id: 'page-configuration-size',
        find: 'z.int().min(0).max(maximumSide)',
        replace: 'z.int().min(0)',
        kind: 'bound moved',
        security: true,
        harm: 'A hostile host makes the page hold a huge picture.',
      },
    ],
  ),
  ...inFile(
    'src-renderer/stream/newest-wins.ts',
    ['test/unit/page/picture.test.ts', ...queue],
    [
      {
        id: 'presenter-pictures-kept',
        find: '      this.waiting.close()\n      this.dropped++',
        replace: '      this.dropped++',
        kind: 'clean-up dropped',
        harm: 'Pictures that are not shown fill the graphics memory.',
      },
    ],
  ),
  ...inFile('src-renderer/stream/h264/sps.ts', sps, [
    {
      id: 'sps-picture-bound',
      find: "if (columns * rows > maximumMacroblocks * 4) throw new RangeError('the picture is too large')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A hostile host asks the decoder for a huge picture.',
    },
    {
      id: 'sps-cropping',
      find: "if (width <= 0 || height <= 0) throw new RangeError('the cropping leaves nothing')",
      replace: '',
      kind: 'check removed',
      harm: 'A damaged picture has a negative size.',
    },
  ]),
  ...inFile('src-renderer/stream/h264/bits.ts', sps, [
    {
      id: 'bits-code-length',
      find: "if (++zeros > 31) throw new RangeError('an Exp-Golomb code is too long')",
      replace: '++zeros',
      kind: 'check removed',
      security: true,
      harm: 'A damaged parameter set is read as a sound one.',
    },
  ]),
  ...inFile('src-renderer/stream/start-worker.ts', picture, [
    late('worker-end', 'const endAfterMs = 1000', 'Decoders of closed views stay for minutes.', {
      tests: ['test/unit/page/stream/start-worker.test.ts'],
    }),
  ]),
]
