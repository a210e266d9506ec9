/** Every camera: how it does, and what can be done with it. */

import type { CameraRow } from '../../../../operate/answers.ts';
import { reasonText } from '../../text/reasons.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { ConfirmButton, Fault } from '../form.tsx';
import { Awaited, Page } from '../page.tsx';
import { consoleHref } from '../places.ts';
import { cameraPath } from '../request.ts';
import { instantText } from '../time.ts';

const REFRESH_MS = 10_000;

export function CameraListPage() {
  const texts = useConsoleTexts();
  const { api, canOperate } = useConsole();
  const answer = useAnswer<{ cameras: readonly CameraRow[] }>('operate/cameras', REFRESH_MS);
  const { fault, run } = useDeed();
  const act = (method: 'POST' | 'DELETE', path: string) =>
    run(async () => {
      await api.write(method, path);
      answer.reload();
    });
  const add = canOperate && (
    <a class="button op-main" href={consoleHref('kamera', '+')}>
      {texts.addCamera}
    </a>
  );
  return (
    <Page title={texts.places.kamera} actions={add}>
      <Fault fault={fault} />
      <Awaited answer={answer}>
        {({ cameras }) => (
          <>
            {cameras.length === 0 && <p class="nothing">{texts.noCameras}</p>}
            <ul class="op-cameras">
              {cameras.map((camera) => (
                <CameraCard key={camera.cameraId} camera={camera} act={act} />
              ))}
            </ul>
          </>
        )}
      </Awaited>
    </Page>
  );
}

function CameraCard({
  camera,
  act,
}: {
  camera: CameraRow;
  act: (method: 'POST' | 'DELETE', path: string) => void;
}) {
  const texts = useConsoleTexts();
  const { canOperate } = useConsole();
  const { cameraId, enabled, lease } = camera;
  const kinds: Readonly<Record<string, string>> = texts.sourceKinds;
  const name = camera.name ?? cameraId;
  return (
    <li class="card">
      <div>
        <h2>{name}</h2>
        <small>
          {cameraId} · {kinds[camera.sourceKind] ?? camera.sourceKind} {camera.sourceShown}
        </small>
      </div>
      <Health camera={camera} />
      <small>{lease === undefined ? texts.notHeld : texts.heldBy(lease.worker)}</small>
      <div class="op-actions">
        <a
          class="button"
          href={consoleHref('kamera', cameraId, 'gambar')}
          aria-label={`${texts.draw}: ${name}`}
        >
          {texts.draw}
        </a>
        {canOperate && (
          <>
            <a
              class="button"
              href={consoleHref('kamera', cameraId, 'ubah')}
              aria-label={`${texts.edit}: ${name}`}
            >
              {texts.edit}
            </a>
            <button
              type="button"
              class="button"
              onClick={() => act('POST', cameraPath(cameraId, enabled ? '/pause' : '/resume'))}
            >
              {enabled ? texts.pause : texts.resume}
            </button>
            <ConfirmButton
              label={texts.remove}
              question={texts.removeQuestion(name)}
              onConfirm={() => act('DELETE', cameraPath(cameraId))}
            />
          </>
        )}
      </div>
    </li>
  );
}

function Health({ camera }: { camera: CameraRow }) {
  const texts = useConsoleTexts();
  const { language, format, texts: common } = useView();
  const state = camera.enabled ? (camera.health?.state ?? 'no-data') : 'paused';
  const code = camera.health?.reason;
  const stateName = common.health[state] ?? state;
  const reason = code === undefined ? '' : reasonText(language, code);
  return (
    <div>
      <b class={`op-state ${state}`}>{stateName}</b>
      {reason !== stateName && <small> {reason}</small>}
      <br />
      {camera.lastReason !== undefined && (
        <>
          <small class="op-fault">{camera.lastReason}</small>
          <br />
        </>
      )}
      <small>
        {texts.lastSeen}: {instantText(format, camera.lastAnalysedWindowEnd ?? camera.health?.lastWindowEnd)}
      </small>
    </div>
  );
}
