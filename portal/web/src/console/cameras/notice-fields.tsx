/** What the public is told about a camera. */
import { useTexts } from '../context.ts';
import { Field, Pick } from '../form.tsx';
import { NOTICE_TEXTS, SIGNAGE_STATES } from './camera-draft.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';
import type { PartProps } from './part-props.ts';

export function Notice({ draft, fault, put }: PartProps) {
  const texts = useTexts(CAMERA_TEXTS);
  return (
    <fieldset>
      <legend>{texts.notice}</legend>
      <p class="rule">{texts.noticeHint}</p>
      {NOTICE_TEXTS.map((field) => (
        <Field
          key={field}
          label={texts.noticeFields[field]}
          name={`notice.${field}`}
          value={draft[field]}
          fault={fault}
          onValue={(text) => put({ [field]: text })}
        />
      ))}
      <Pick
        label={texts.signage}
        name="notice.hasSignage"
        value={draft.signage}
        options={SIGNAGE_STATES.map((state) => [state, texts.signageStates[state]] as const)}
        onValue={(signage) => put({ signage })}
      />
    </fieldset>
  );
}
