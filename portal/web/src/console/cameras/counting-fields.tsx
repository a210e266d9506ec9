/** How a camera is counted: pictures, model, classes, windows, and at which hours. */
import type { KnownModel } from '../../../../operate/operations.ts';
import { useAnswer, useConsoleTexts, useTexts } from '../context.ts';
import { Check, Field, FieldNote, isAbout, Pick } from '../form.tsx';
import { CAMERA_TEXTS } from './camera-texts.ts';
import type { PartProps } from './part-props.ts';

export function Counting({ draft, fault, put }: PartProps) {
  const common = useConsoleTexts();
  const texts = useTexts(CAMERA_TEXTS);
  return (
    <fieldset>
      <legend>{common.counting}</legend>
      <Field
        label={common.framesPerSecond}
        name="sampling.framesPerSecond"
        value={draft.framesPerSecond}
        fault={fault}
        onValue={(framesPerSecond) => put({ framesPerSecond })}
      />
      <Check
        label={common.keyframesOnly}
        value={draft.keyframesOnly}
        onValue={(keyframesOnly) => put({ keyframesOnly })}
      />
      {draft.keyframesOnly && (
        <Field
          label={common.keyframeIntervalS}
          name="sampling.keyframeIntervalS"
          value={draft.keyframeIntervalS}
          fault={fault}
          onValue={(keyframeIntervalS) => put({ keyframeIntervalS })}
        />
      )}
      <Check
        label={texts.motionGate}
        value={draft.motionGate}
        onValue={(motionGate) => put({ motionGate })}
      />
      <Model {...{ draft, fault, put }} />
      <Check label={common.people} value={draft.people} onValue={(people) => put({ people })} />
      <Check label={common.vehicles} value={draft.vehicles} onValue={(vehicles) => put({ vehicles })} />
      {isAbout(fault, 'groups') && <FieldNote id="groups-note" fault={fault} />}
      <Field
        label={common.windowSeconds}
        name="windowSeconds"
        value={draft.windowSeconds}
        fault={fault}
        onValue={(windowSeconds) => put({ windowSeconds })}
      />
      <Field
        label={texts.sceneReference}
        name="sceneReference"
        value={draft.sceneReference}
        hint={texts.sceneReferenceHint}
        fault={fault}
        onValue={(sceneReference) => put({ sceneReference })}
      />
    </fieldset>
  );
}

/** One of the models there are; what the camera has already stays a choice, known here or not. */
function Model({ draft, fault, put }: PartProps) {
  const texts = useTexts(CAMERA_TEXTS);
  const models = useAnswer<{ models: readonly KnownModel[] }>('operate/models').value?.models ?? [];
  const fallback = models.find(({ isDefault }) => isDefault)?.id ?? '–';
  const isUnknown = draft.model !== '' && !models.some(({ id }) => id === draft.model);
  return (
    <Pick
      label={texts.model}
      name="model"
      value={draft.model}
      options={[
        ['', texts.defaultModel(fallback)],
        ...models.map((model) => [model.id, modelName(model, texts.notReady)] as const),
        ...(isUnknown ? [[draft.model, `${draft.model} (${texts.unknownModel})`] as const] : []),
      ]}
      fault={fault}
      onValue={(model) => put({ model })}
    />
  );
}

function modelName({ id, licence, bytes }: KnownModel, notReady: string): string {
  return bytes === undefined ? `${id} (${licence}; ${notReady})` : `${id} (${licence})`;
}

export function Hours({ draft, fault, put }: PartProps) {
  const texts = useTexts(CAMERA_TEXTS);
  return (
    <fieldset>
      <legend>{texts.hours}</legend>
      <Check label={texts.hasHours} value={draft.hasHours} onValue={(hasHours) => put({ hasHours })} />
      {draft.hasHours && (
        <>
          <Field
            label={texts.from}
            name="operatingHours.from"
            value={draft.hoursFrom}
            fault={fault}
            onValue={(hoursFrom) => put({ hoursFrom })}
          />
          <Field
            label={texts.to}
            name="operatingHours.to"
            value={draft.hoursTo}
            hint={texts.hoursHint}
            fault={fault}
            onValue={(hoursTo) => put({ hoursTo })}
          />
          <Field
            label={texts.timeZone}
            name="operatingHours.timeZone"
            value={draft.hoursZone}
            fault={fault}
            onValue={(hoursZone) => put({ hoursZone })}
          />
        </>
      )}
    </fieldset>
  );
}
