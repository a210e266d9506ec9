/** Zones, lines, areas to ignore and calibration of one camera, drawn on its picture. */
import { useEffect, useState } from 'preact/hooks';
import type { EditedCamera } from '../../../../operate/answers.ts';
import { Segments } from '../../parts/segments.tsx';
import { useConsole, useConsoleTexts, useDeed, useEdited } from '../context.ts';
import { Fault } from '../form.tsx';
import { consoleHref } from '../places.ts';
import { cameraPath } from '../request.ts';
import { drawsOutline, TOOLS } from './board.ts';
import { Canvas } from './canvas.tsx';
import './draw.css';
import { type Drawing, drawingFaults } from './drawing.ts';
import { Inspector } from './inspector.tsx';
import { LiveCounters } from './live-counters.tsx';
import { type DrawingBoard, useDrawing } from './use-drawing.ts';
import { useSnapshot } from './use-snapshot.ts';

const ZOOMS = ['1', '1.5', '2', '3'] as const;
type Zoom = (typeof ZOOMS)[number];

export function DrawPage({ cameraId }: { cameraId: string }) {
  const texts = useConsoleTexts();
  const { canOperate } = useConsole();
  const { value, failure, reload } = useEdited<EditedCamera>(cameraPath(cameraId));
  const snapshot = useSnapshot(cameraId, canOperate);
  const [isSaved, setSaved] = useState(false);
  const onSaved = () => {
    setSaved(true);
    reload();
  };
  if (value === undefined) return <p class="loading">{failure ?? texts.loading}</p>;
  return <Board key={value.revision} {...{ cameraId, snapshot, isSaved, onSaved }} edited={value} />;
}

function drawingOf({ camera }: EditedCamera): Drawing {
  const { lines = [], zones = [], ignore = [], calibration } = camera as Partial<Drawing>;
  return { lines, zones, ignore, ...(calibration === undefined ? {} : { calibration }) };
}

interface BoardProps {
  readonly cameraId: string;
  readonly edited: EditedCamera;
  readonly snapshot: ReturnType<typeof useSnapshot>;
  /** Whether what the board began with was saved here. */
  readonly isSaved: boolean;
  readonly onSaved: () => void;
}

function Board({ cameraId, edited, snapshot, isSaved, onSaved }: BoardProps) {
  const texts = useConsoleTexts();
  const { api, canOperate } = useConsole();
  const board = useDrawing(drawingOf(edited));
  const [zoom, setZoom] = useState<Zoom>('1');
  const { isBusy, fault, run } = useDeed();
  const isChanged = board.history.past.length > 0;
  useUnsaved(isChanged, texts.unsavedQuestion);
  const save = () =>
    run(async () => {
      const { source: _kept, calibration: _old, ignore: _areas, ...rest } = edited.camera;
      const { ignore, ...drawn } = board.history.present;
      const camera = { ...rest, ...drawn, ...(ignore.length > 0 ? { ignore } : {}) };
      await api.write('PUT', cameraPath(cameraId), { camera, revision: edited.revision });
      onSaved();
    });
  const isFaulty = drawingFaults(board.history.present).length > 0;
  return (
    <div class="op-draw">
      <header class="op-head">
        <div>
          <a href={consoleHref('kamera')}>← {texts.places.kamera}</a>
          <h1>{texts.drawTitle(String(edited.camera['name'] ?? cameraId))}</h1>
        </div>
        <div class="op-actions">
          <a class="button" href={consoleHref('kamera', cameraId, 'ubah')}>
            {texts.edit}
          </a>
          <button
            type="button"
            class="button op-main"
            disabled={isBusy || isFaulty || !isChanged || !canOperate}
            onClick={save}
          >
            {texts.save}
          </button>
        </div>
      </header>
      <Fault fault={fault} />
      <Tools {...{ board, snapshot, zoom, setZoom }} />
      <p class="rule" role="status">
        {texts.toolHints[board.tool]}
      </p>
      {snapshot.failure !== undefined && <p class="notice">{texts.noPicture(snapshot.failure)}</p>}
      <div class="op-board">
        <Canvas {...{ board }} picture={snapshot.picture} size={snapshot.size} zoom={Number(zoom)} />
        <aside>
          <section class="card">
            <Inspector board={board} fault={fault} />
          </section>
          {canOperate && <LiveCounters cameraId={cameraId} />}
        </aside>
      </div>
      <p role="status" class="op-saved">
        {isSaved && !isChanged && texts.saved}
      </p>
    </div>
  );
}

function Tools(props: {
  board: DrawingBoard;
  snapshot: BoardProps['snapshot'];
  zoom: Zoom;
  setZoom: (zoom: Zoom) => void;
}) {
  const { board, snapshot, zoom, setZoom } = props;
  const texts = useConsoleTexts();
  const { past, future } = board.history;
  return (
    <div class="op-tools">
      <Segments
        name={texts.tool}
        segments={TOOLS.map((tool) => ({ value: tool, name: texts.tools[tool] }))}
        value={board.tool}
        onChoose={(tool) => board.act({ kind: 'tool', tool })}
      />
      <button
        type="button"
        class="button"
        disabled={past.length + board.pending.length === 0}
        onClick={() => board.act({ kind: 'undo' })}
      >
        ↶ {texts.undo}
      </button>
      <button
        type="button"
        class="button"
        disabled={future.length === 0}
        onClick={() => board.act({ kind: 'redo' })}
      >
        ↷ {texts.redo}
      </button>
      {drawsOutline(board) && (
        <button
          type="button"
          class="button"
          disabled={board.pending.length < 3}
          onClick={() => board.act({ kind: 'finish' })}
        >
          {board.tool === 'zone' ? texts.closeZone : texts.closeArea}
        </button>
      )}
      <Segments
        name={texts.zoom}
        segments={ZOOMS.map((factor) => ({ value: factor, name: `${factor}×` }))}
        value={zoom}
        onChoose={setZoom}
      />
      <button type="button" class="button" disabled={snapshot.isBusy} onClick={snapshot.take}>
        {texts.newPicture}
      </button>
    </div>
  );
}

/** Asks before unsaved work is left, by the browser or by a link within the page. */
function useUnsaved(isChanged: boolean, question: string): void {
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const askOnLink = (event: MouseEvent) => {
      const isLink = event.target instanceof Element && event.target.closest('a[href^="#"]') !== null;
      if (isLink && !confirm(question)) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    document.addEventListener('click', askOnLink, true);
    return () => {
      removeEventListener('beforeunload', ask);
      document.removeEventListener('click', askOnLink, true);
    };
  }, [isChanged, question]);
}
