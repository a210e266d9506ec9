/** Zones, lines, areas to ignore and calibration of one camera, drawn on its picture. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { EditedCamera } from '../../../../operate/answers.ts';
import { Segments } from '../../parts/segments.tsx';
import { useView } from '../../view.ts';
import { useConsole, useConsoleTexts, useDeed, useEdited } from '../context.ts';
import { Fault } from '../form.tsx';
import { Awaited, Conflict } from '../page.tsx';
import { consoleHref } from '../places.ts';
import { cameraPath } from '../request.ts';
import { useUnsaved } from '../use-unsaved.ts';
import { drawsOutline, type Selection, TOOLS } from './board.ts';
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
  const { canOperate } = useConsole();
  const answer = useEdited<EditedCamera>(cameraPath(cameraId));
  const snapshot = useSnapshot(cameraId, canOperate);
  const [saved, setSaved] = useState<Saved>();
  const [zoom, setZoom] = useState<Zoom>('1');
  const [isLive, setLive] = useState(false);
  const onNewer = (own?: Saved) => {
    setSaved(own);
    answer.reload();
  };
  return (
    <Awaited answer={answer}>
      {(edited) => (
        <Board
          // Begins anew with what is registered; how it is looked at stays.
          key={edited.revision}
          {...{ cameraId, edited, snapshot, saved, onNewer, zoom, setZoom }}
          live={canOperate && <LiveCounters {...{ cameraId }} isOn={isLive} onSwitch={setLive} />}
        />
      )}
    </Awaited>
  );
}

/** The camera with another drawing; its source is kept by leaving it out. */
function redrawn({ camera }: EditedCamera, { ignore, ...drawn }: Drawing): object {
  const { source: _kept, calibration: _old, ignore: _areas, ...rest } = camera;
  return { ...rest, ...drawn, ...(ignore.length > 0 ? { ignore } : {}) };
}

function drawingOf({ camera }: EditedCamera): Drawing {
  const { lines = [], zones = [], ignore = [], calibration } = camera as Partial<Drawing>;
  return { lines, zones, ignore, ...(calibration === undefined ? {} : { calibration }) };
}

/** What was saved here, and what of it is still in hand. */
interface Saved {
  readonly selection: Selection | undefined;
}

interface BoardProps {
  readonly cameraId: string;
  readonly edited: EditedCamera;
  readonly snapshot: ReturnType<typeof useSnapshot>;
  /** Where what the board begins with was saved here. */
  readonly saved: Saved | undefined;
  /** Something newer is registered: what was drawn here, or (undefined) what somebody else saved. */
  readonly onNewer: (own?: Saved) => void;
  readonly zoom: Zoom;
  readonly setZoom: (zoom: Zoom) => void;
  /** Beside the board. */
  readonly live: ComponentChildren;
}

function Board({ cameraId, edited, snapshot, saved, onNewer, zoom, setZoom, live }: BoardProps) {
  const texts = useConsoleTexts();
  const { api, canOperate } = useConsole();
  const board = useDrawing(drawingOf(edited), saved?.selection);
  const deed = useDeed();
  const { isBusy, fault, run } = deed;
  const isChanged = board.history.past.length > 0;
  useUnsaved(isChanged);
  const saveOn = async (base: EditedCamera) => {
    const camera = redrawn(base, board.history.present);
    await api.write('PUT', cameraPath(cameraId), { camera, revision: base.revision });
    onNewer({ selection: board.selection });
  };
  const isFaulty = drawingFaults(board.history.present).length > 0;
  return (
    <div class="op-draw">
      <header class="op-head">
        <div>
          <a href={consoleHref('kamera')}>← {texts.places.kamera}</a>
          <h1>{texts.drawTitle(String(edited.camera['name'] ?? cameraId))}</h1>
        </div>
        <div class="op-actions">
          <span role="status" class="op-saved">
            {saved !== undefined && !isChanged && texts.saved}
          </span>
          <a class="button" href={consoleHref('kamera', cameraId, 'ubah')}>
            {texts.edit}
          </a>
          <button
            type="button"
            class="button op-main"
            disabled={isBusy || isFaulty || !isChanged || !canOperate}
            onClick={() => run(() => saveOn(edited))}
          >
            {texts.save}
          </button>
        </div>
      </header>
      <Fault fault={fault} />
      <Conflict
        deed={deed}
        onMine={async () => saveOn(await api.get(cameraPath(cameraId)))}
        onTheirs={() => onNewer()}
      />
      <Tools {...{ board, snapshot, zoom, setZoom }} />
      <p class="rule" role="status">
        {texts.toolHints[board.tool]} {board.tool !== 'select' && texts.placeHint}
      </p>
      {snapshot.failure !== undefined && <p class="notice">{texts.noPicture(snapshot.failure)}</p>}
      <div class="op-board">
        <Canvas {...{ board }} picture={snapshot.picture} size={snapshot.size} zoom={Number(zoom)} />
        <aside>
          <section class="card">
            <Inspector board={board} fault={fault} />
          </section>
          {live}
        </aside>
      </div>
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
  const { format } = useView();
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
        segments={ZOOMS.map((factor) => ({ value: factor, name: `${format.axis(Number(factor))}×` }))}
        value={zoom}
        onChoose={setZoom}
      />
      <button type="button" class="button" disabled={snapshot.isBusy} onClick={snapshot.take}>
        {texts.newPicture}
      </button>
    </div>
  );
}
