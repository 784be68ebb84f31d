import { useEffect, useRef, useState, type RefObject } from 'react'
import { toFailure } from '../../../src-main/shared/errors.ts'
import { openFramePort, type Client } from '../../api/index.ts'
import { inWords, t } from '../../ui/texts.ts'
import type { RfbView } from './rfb-view.ts'

/** What the user is asked for. */
export type LoginQuestion = 'password' | 'name-and-password'

interface Login {
  name: string
  password: string
}

export interface Rfb {
  /** The server's picture is there. */
  shown: boolean
  asking: LoginQuestion | null
  /** The name of the login before. */
  name: string
  /** What the server said to the login before; kept over a new port. */
  problem: string | null
  /** Why nothing is shown any more; whether the same try may end otherwise. */
  stopped: { text: string; again: boolean } | null
  again: () => void
  login: (name: string, password: string) => void
  /** The user does not answer: the desktop stays, and so do the other views. */
  leaveUnanswered: () => void
}

/**
 * The desktop of one epoch in `container`, and who is let in there.
 *
 * Servers differ in who ends a connection after a refused login, and only where they do it themselves the app makes a new epoch. So no
 * port is opened while the user is asked: the answer opens it, by the epoch that there is then, and is given to the server that asks.
 *
 * @param epoch 0: there is none yet
 * @param onOpen the server asks for no password
 */
export function useRfb(
  container: RefObject<HTMLElement | null>,
  {
    client,
    desktopId,
    epoch,
    onOpen,
  }: { client: Client; desktopId: string; epoch: number; onOpen: () => void },
): Rfb {
  const view = useRef<RfbView | null>(null)
  /** The question that the user has before them, and their answer while no server has asked for it. */
  const question = useRef<LoginQuestion | null>(null)
  const answer = useRef<Login | null>(null)
  const [asking, setAsking] = useState<LoginQuestion | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [lastName, setLastName] = useState('')
  const [tries, setTries] = useState(0)
  /** What became of a port; that of another try or epoch is over. */
  const [outcome, setOutcome] = useState<{ of: string; stopped: Rfb['stopped'] } | null>(null)
  const of = `${epoch} ${tries}`

  function ask(what: LoginQuestion | null): void {
    question.current = what
    setAsking(what)
  }

  useEffect(() => {
    const target = container.current
    if (!target || epoch === 0 || question.current !== null) return undefined
    let over = false
    let opened: RfbView | null = null
    let wanted: LoginQuestion = 'password'
    async function open(place: HTMLElement): Promise<void> {
      const [{ showRfb }, port] = await Promise.all([
        // A part of its own: most people never need it.
        import('./rfb-view.ts'),
        openFramePort(client, desktopId),
      ])
      if (over) {
        if (port.kind === 'message-port') port.port.close()
        return
      }
      opened = showRfb(place, port, {
        onShown(withoutPassword) {
          setOutcome({ of, stopped: null })
          setProblem(null)
          if (withoutPassword) onOpen()
        },
        onPassword(withName) {
          wanted = withName ? 'name-and-password' : 'password'
          const given = answer.current
          answer.current = null
          if (given && (!withName || given.name !== '')) opened?.login(given.name, given.password)
          else ask(wanted)
        },
        onRefused(reason) {
          setProblem(refusal(reason, wanted))
        },
        onEnded({ refused, unusable, early }) {
          view.current = null
          if (refused) ask(wanted)
          else if (question.current === null) {
            const stopped = unusable
              ? { text: t('vnc.unusable', { types: unusable.join(', ') }), again: false }
              : { text: t(early ? 'vnc.lostEarly' : 'vnc.lost'), again: true }
            setOutcome({ of, stopped })
          }
        },
      })
      view.current = opened
    }
    open(target).catch((error: unknown) => {
      const { message, nextStep } = inWords(toFailure(error))
      if (!over) setOutcome({ of, stopped: { text: `${message} ${nextStep}`, again: true } })
    })
    return () => {
      over = true
      opened?.dispose()
      view.current = null
    }
  }, [container, client, desktopId, epoch, of, onOpen])

  const now = outcome?.of === of ? outcome : null
  return {
    ...{ shown: now !== null && now.stopped === null, stopped: now?.stopped ?? null },
    ...{ asking, problem, name: lastName },
    again: () => {
      setProblem(null)
      setTries(tries + 1)
    },
    login: (name, password) => {
      setLastName(name)
      ask(null)
      setProblem(null)
      if (view.current) return view.current.login(name, password)
      answer.current = { name, password }
      setTries(tries + 1)
    },
    leaveUnanswered: () => {
      view.current?.dispose()
      view.current = null
      ask(null)
      setProblem(null)
      setOutcome({ of, stopped: { text: t('vnc.password.unanswered'), again: true } })
    },
  }
}

function refusal(reason: string, wanted: LoginQuestion): string {
  if (wanted === 'name-and-password') return t('vnc.password.refusedLogin')
  return reason === '' ? t('vnc.password.refused') : t('vnc.password.refusedBecause', { reason })
}
