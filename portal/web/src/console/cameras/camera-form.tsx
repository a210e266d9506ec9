/** Adds a camera, or changes what is not drawn of one. */
import { useState } from 'preact/hooks';
import type { EditedCamera } from '../../../../operate/answers.ts';
import { useConsole, useConsoleTexts, useDeed, useEdited, useTexts } from '../context.ts';
import { Fault, Field, Form, Pick } from '../form.tsx';
import { Awaited, Conflict, Page } from '../page.tsx';
import { consoleHref } from '../places.ts';
import { cameraPath } from '../request.ts';
import { useUnsaved } from '../use-unsaved.ts';
import { type CameraDraft, draftOf, EMPTY_DRAFT, editOf, SOURCE_KINDS } from './camera-draft.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';
import { Counting, Hours } from './counting-fields.tsx';
import { Notice } from './notice-fields.tsx';
import type { PartProps } from './part-props.ts';

export function CameraFormPage({ cameraId }: { cameraId?: string }) {
  return cameraId === undefined ? <CameraForm /> : <EditForm cameraId={cameraId} />;
}

function EditForm({ cameraId }: { cameraId: string }) {
  const answer = useEdited<EditedCamera>(cameraPath(cameraId));
  return (
    <Awaited answer={answer}>
      {(value) => <CameraForm key={value.revision} before={value} onTheirs={answer.reload} />}
    </Awaited>
  );
}

function CameraForm({ before, onTheirs }: { before?: EditedCamera; onTheirs?: () => void }) {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const deed = useDeed();
  const { isBusy, fault, run } = deed;
  const [first] = useState(before === undefined ? EMPTY_DRAFT : draftOf(before));
  const [draft, setDraft] = useState(first);
  const allowLeaving = useUnsaved(draft !== first);
  const path = cameraPath(draft.id.trim());
  const saveOn = async (base: EditedCamera | undefined) => {
    await api.write('PUT', path, editOf(draft, base));
    allowLeaving();
    location.hash =
      before === undefined ? consoleHref('kamera', draft.id.trim(), 'gambar') : consoleHref('kamera');
  };
  const parts = {
    draft,
    fault,
    put: (part: Partial<CameraDraft>) => setDraft({ ...draft, ...part }),
  };
  const back = (
    <a class="button" href={consoleHref('kamera')}>
      ← {texts.places.kamera}
    </a>
  );
  return (
    <Page
      title={before === undefined ? texts.addCamera : `${texts.edit}: ${draft.name || draft.id}`}
      actions={back}
      isNarrow
    >
      <Form class="op-form card" onSubmit={() => run(() => saveOn(before))}>
        <Names {...parts} isFixed={before !== undefined} />
        <Source {...parts} shown={before?.sourceShown} />
        <Location {...parts} />
        <Counting {...parts} />
        <Hours {...parts} />
        <Notice {...parts} />
        {before === undefined && <p class="rule">{texts.wholePictureHint}</p>}
        <Fault fault={fault} />
        {onTheirs !== undefined && (
          <Conflict {...{ deed, onTheirs }} onMine={async () => saveOn(await api.get(path))} />
        )}
        <button type="submit" class="button op-main" disabled={isBusy || draft.id.trim() === ''}>
          {before === undefined ? texts.addAndDraw : texts.save}
        </button>
      </Form>
    </Page>
  );
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
  const common = useConsoleTexts();
  const texts = useTexts(CAMERA_TEXTS);
  return (
    <fieldset>
      <legend>{common.location}</legend>
      <p class="rule">{common.locationHint}</p>
      {(['lat', 'lon', 'road', 'kecamatan'] as const).map((field) => (
        <Field
          key={field}
          label={common.locationFields[field]}
          name={`location.${field}`}
          value={draft[field]}
          fault={fault}
          onValue={(text) => put({ [field]: text })}
        />
      ))}
      <Field
        label={texts.roadClass}
        name="roadClass"
        value={draft.roadClass}
        hint={texts.roadClassHint}
        fault={fault}
        onValue={(roadClass) => put({ roadClass })}
      />
      <Field
        label={texts.roadLengthM}
        name="roadLengthM"
        value={draft.roadLengthM}
        hint={texts.roadHint}
        fault={fault}
        onValue={(roadLengthM) => put({ roadLengthM })}
      />
    </fieldset>
  );
}
