/** Counts of the running camera beside its picture, to check a line by eye. Numbers only, and none is kept. */
import { useEffect, useState } from 'preact/hooks';
import type { LiveCounters as Counters } from '../../../../operate/operations.ts';
import { useConsole, useConsoleTexts } from '../context.ts';
import { cameraPath } from '../request.ts';

type LiveState = 'connecting' | 'counting' | 'idle' | 'lost';

/** Whoever redraws the camera keeps `isOn`, so that counting begins anew with what was drawn. */
export function LiveCounters(props: { cameraId: string; isOn: boolean; onSwitch: (isOn: boolean) => void }) {
  const { cameraId, isOn, onSwitch } = props;
  const texts = useConsoleTexts();
  return (
    <section class="card op-live">
      <header>
        <h2>{texts.liveTitle}</h2>
        <button type="button" class="button" aria-pressed={isOn} onClick={() => onSwitch(!isOn)}>
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

/** After a refusal a browser does not come again by itself. */
const REOPEN_MS = 5_000;

function useLive(cameraId: string): { state: LiveState; counters?: Counters } {
  const { api } = useConsole();
  const [live, setLive] = useState<{ state: LiveState; counters?: Counters }>({ state: 'connecting' });
  useEffect(() => {
    let events: EventSource;
    let reopening: ReturnType<typeof setTimeout> | undefined;
    const onError = () => {
      setLive((last) => ({ ...last, state: 'lost' }));
      if (events.readyState !== EventSource.CLOSED) return;
      reopening = setTimeout(connect, REOPEN_MS);
      // A stream does not say why it was refused. This does: a session that is over asks to sign in again.
      api.get(cameraPath(cameraId)).catch(() => undefined);
    };
    const connect = () => {
      events = new EventSource(`api/v1/${cameraPath(cameraId, '/live')}`);
      events.addEventListener('counters', (event) =>
        setLive({ state: 'counting', counters: JSON.parse(event.data) as Counters }),
      );
      events.addEventListener('idle', () => setLive((last) => ({ ...last, state: 'idle' })));
      events.addEventListener('error', onError);
    };
    connect();
    return () => {
      clearTimeout(reopening);
      events.close();
    };
  }, [cameraId, api]);
  return live;
}
