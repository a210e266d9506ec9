/** Counts of the running camera beside its picture, to check a line by eye. Numbers only, and none is kept. */
import { useEffect, useState } from 'preact/hooks';
import type { LiveCounters as Counters } from '../../../../operate/operations.ts';
import { useConsoleTexts } from '../context.ts';
import { cameraPath } from '../request.ts';

type LiveState = 'connecting' | 'counting' | 'idle' | 'lost';

export function LiveCounters({ cameraId }: { cameraId: string }) {
  const texts = useConsoleTexts();
  const [isOn, setOn] = useState(false);
  return (
    <section class="card op-live">
      <header>
        <h2>{texts.liveTitle}</h2>
        <button type="button" class="button" aria-pressed={isOn} onClick={() => setOn(!isOn)}>
          {isOn ? texts.liveStop : texts.liveStart}
        </button>
      </header>
      {isOn ? <Running cameraId={cameraId} /> : <p class="rule">{texts.liveHint}</p>}
    </section>
  );
}

function Running({ cameraId }: { cameraId: string }) {
  const texts = useConsoleTexts();
  const { state, counters } = useLive(cameraId);
  return (
    <>
      <p class={`op-live-state ${state}`} role="status">
        {texts.liveStates[state]}
      </p>
      {counters !== undefined && <Numbers counters={counters} />}
    </>
  );
}

function Numbers({ counters }: { counters: Counters }) {
  const texts = useConsoleTexts();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{texts.kinds.line}</th>
          <th scope="col">{texts.in}</th>
          <th scope="col">{texts.out}</th>
        </tr>
      </thead>
      <tbody>
        {counters.lines.map((line) => (
          <tr key={line.lineId}>
            <th scope="row">{line.lineId}</th>
            <td title={classText(line.in)}>{total(line.in)}</td>
            <td title={classText(line.out)}>{total(line.out)}</td>
          </tr>
        ))}
        {counters.zones.map((zone) => (
          <tr key={`zone-${zone.zoneId}`}>
            <th scope="row">{zone.zoneId}</th>
            <td colSpan={2}>{texts.present(zone.people, zone.vehicles)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

function classText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function useLive(cameraId: string): { state: LiveState; counters?: Counters } {
  const [live, setLive] = useState<{ state: LiveState; counters?: Counters }>({ state: 'connecting' });
  useEffect(() => {
    const events = new EventSource(`api/v1/${cameraPath(cameraId, '/live')}`);
    events.addEventListener('counters', (event) =>
      setLive({ state: 'counting', counters: JSON.parse(event.data) as Counters }),
    );
    events.addEventListener('idle', () => setLive((last) => ({ ...last, state: 'idle' })));
    events.addEventListener('error', () => setLive((last) => ({ ...last, state: 'lost' })));
    return () => events.close();
  }, [cameraId]);
  return live;
}
