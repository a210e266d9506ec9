/** The list of cameras that have data. */
import type { CameraSummary } from '../../store/store.ts';
import type { Format, Texts } from './text.ts';

/** On a phone the list scrolls sideways: the chosen one must not hide. */
function showChosen(button: HTMLButtonElement | null) {
  button?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

export function CameraList(props: {
  cameras: readonly CameraSummary[];
  chosenId: string | undefined;
  texts: Texts;
  format: Format;
  onChoose: (cameraId: string) => void;
}) {
  const { cameras, chosenId, texts, format, onChoose } = props;
  return (
    <nav class="cameras" aria-label={texts.cameras}>
      <h2>
        {texts.cameras} <span class="tally">{cameras.length}</span>
      </h2>
      <ul>
        {cameras.map((camera) => {
          const endMs = Date.parse(camera.lastWindowEnd);
          return (
            <li key={camera.cameraId}>
              <button
                type="button"
                ref={camera.cameraId === chosenId ? showChosen : null}
                aria-current={camera.cameraId === chosenId ? 'page' : undefined}
                onClick={() => onChoose(camera.cameraId)}
              >
                <i class={`dot ${coverageClass(camera.lastCoverage)}`} />
                <span class="name">{camera.cameraId}</span>
                <span class="share" title={texts.coverageHint}>
                  {format.percent(camera.lastCoverage)}
                </span>
                <span class="seen">
                  {texts.lastSeen} {format.shortDay(endMs)}, {format.clock(endMs)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Class of a mark for a share of a window seen. */
export function coverageClass(coverage: number): 'complete' | 'partial' | 'gap' {
  if (coverage === 0) return 'gap';
  return coverage === 1 ? 'complete' : 'partial';
}
