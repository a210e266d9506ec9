/** Adds a camera, or changes what is not drawn of one. */
import { useState } from 'preact/hooks';
import type { EditedCamera } from '../answers.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { Check, Fault, Field, Form, Pick } from '../form.tsx';
import { consoleHref } from '../places.ts';
import { type ConsoleError, cameraPath } from '../request.ts';
import { type CameraDraft, draftOf, EMPTY_DRAFT, editOf, SOURCE_KINDS } from './camera-draft.ts';

export function CameraFormPage({ cameraId }: { cameraId?: string }) {
  return cameraId === undefined ? <CameraForm /> : <EditForm cameraId={cameraId} />;
}

function EditForm({ cameraId }: { cameraId: string }) {
  const texts = useConsoleTexts();
  const { value, failure } = useAnswer<EditedCamera>(cameraPath(cameraId), 3_600_000);
  if (value === undefined) return <p class="loading">{failure ?? texts.loading}</p>;
  return <CameraForm before={value} />;
}

function CameraForm({ before }: { before?: EditedCamera }) {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const { isBusy, fault, run } = useDeed();
  const [draft, setDraft] = useState(before === undefined ? EMPTY_DRAFT : draftOf(before));
  const save = async () => {
    await api.write('PUT', cameraPath(draft.id.trim()), editOf(draft, before));
    location.hash =
      before === undefined ? consoleHref('kamera', draft.id.trim(), 'gambar') : consoleHref('kamera');
  };
  const parts = {
    draft,
    fault,
    put: (part: Partial<CameraDraft>) => setDraft({ ...draft, ...part }),
  };
  return (
    <div class="op-page op-narrow">
      <a href={consoleHref('kamera')}>← {texts.places.kamera}</a>
      <h1>{before === undefined ? texts.addCamera : `${texts.edit}: ${draft.name || draft.id}`}</h1>
      <Form class="op-form card" onSubmit={() => run(save)}>
        <Names {...parts} isFixed={before !== undefined} />
        <Source {...parts} shown={before?.sourceShown} />
        <Location {...parts} />
        <Counting {...parts} />
        {before === undefined && <p class="rule">{texts.wholePictureHint}</p>}
        <Fault fault={fault} />
        <button type="submit" class="button op-main" disabled={isBusy || draft.id.trim() === ''}>
          {before === undefined ? texts.addAndDraw : texts.save}
        </button>
      </Form>
    </div>
  );
}

interface PartProps {
  readonly draft: CameraDraft;
  readonly fault: ConsoleError | undefined;
  readonly put: (part: Partial<CameraDraft>) => void;
}

function Names({ draft, fault, put, isFixed }: PartProps & { isFixed: boolean }) {
  const texts = useConsoleTexts();
  return (
    <>
      <Field
        label={texts.cameraId}
        name="id"
        value={draft.id}
        hint={texts.idHint}
        fault={fault}
        onValue={(id) => put({ id })}
        isFixed={isFixed}
        isRequired
      />
      <Field
        label={texts.name}
        name="name"
        value={draft.name}
        fault={fault}
        onValue={(name) => put({ name })}
      />
    </>
  );
}

function Source({ draft, fault, put, shown }: PartProps & { shown?: string | undefined }) {
  const texts = useConsoleTexts();
  const isRecording = draft.sourceKind === 'recording';
  return (
    <fieldset>
      <legend>{texts.source}</legend>
      <Pick
        label={texts.sourceKind}
        name="source.kind"
        value={draft.sourceKind}
        options={SOURCE_KINDS.map((kind) => [kind, texts.sourceKinds[kind]] as const)}
        fault={fault}
        onValue={(sourceKind) => put({ sourceKind })}
      />
      {draft.sourceKind !== 'none' && (
        <Field
          label={isRecording ? texts.path : texts.address}
          name="source"
          value={draft.address}
          hint={shown === undefined || shown === '' ? texts.addressHint : texts.keptAddress(shown)}
          fault={fault}
          onValue={(address) => put({ address })}
        />
      )}
      {isRecording && (
        <Field
          label={texts.start}
          name="source.start"
          value={draft.start}
          hint={texts.startHint}
          fault={fault}
          onValue={(start) => put({ start })}
        />
      )}
    </fieldset>
  );
}

function Location({ draft, fault, put }: PartProps) {
  const texts = useConsoleTexts();
  return (
    <fieldset>
      <legend>{texts.location}</legend>
      {(['lat', 'lon', 'road', 'kecamatan'] as const).map((field) => (
        <Field
          key={field}
          label={texts.locationFields[field]}
          name={`location.${field}`}
          value={draft[field]}
          fault={fault}
          onValue={(text) => put({ [field]: text })}
        />
      ))}
    </fieldset>
  );
}

function Counting({ draft, fault, put }: PartProps) {
  const texts = useConsoleTexts();
  return (
    <fieldset>
      <legend>{texts.counting}</legend>
      <Field
        label={texts.framesPerSecond}
        name="sampling.framesPerSecond"
        value={draft.framesPerSecond}
        fault={fault}
        onValue={(framesPerSecond) => put({ framesPerSecond })}
      />
      <Check
        label={texts.keyframesOnly}
        value={draft.keyframesOnly}
        onValue={(keyframesOnly) => put({ keyframesOnly })}
      />
      {draft.keyframesOnly && (
        <Field
          label={texts.keyframeIntervalS}
          name="sampling.keyframeIntervalS"
          value={draft.keyframeIntervalS}
          fault={fault}
          onValue={(keyframeIntervalS) => put({ keyframeIntervalS })}
        />
      )}
      <Check label={texts.people} value={draft.people} onValue={(people) => put({ people })} />
      <Check label={texts.vehicles} value={draft.vehicles} onValue={(vehicles) => put({ vehicles })} />
      <Field
        label={texts.windowSeconds}
        name="windowSeconds"
        value={draft.windowSeconds}
        fault={fault}
        onValue={(windowSeconds) => put({ windowSeconds })}
      />
    </fieldset>
  );
}
