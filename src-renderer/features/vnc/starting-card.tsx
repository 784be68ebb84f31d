import { Monitor } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { VncSnapshot } from '../../../src-main/shared/model/vnc.ts'
import { Button } from '../../ui/button.tsx'
import { Card, CardHead } from '../../ui/card.tsx'
import { t } from '../../ui/texts.ts'

/** What is being done until a VNC desktop is there. */
export function StartingCard({
  snapshot,
  leaving,
  onCancel,
}: {
  snapshot: VncSnapshot
  leaving: boolean
  onCancel: () => void
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <Card
      labelledBy="vnc-title"
      tall
      footer={
        <Button size="large" busy={leaving} onClick={onCancel}>
          {leaving ? t('progress.cancelling') : t('progress.cancel')}
        </Button>
      }
    >
      <CardHead icon={<Monitor />} headingId="vnc-title" headingRef={heading} title={t('vnc.starting')}>
        <p role="status">{snapshot.detail}</p>
      </CardHead>
    </Card>
  )
}
